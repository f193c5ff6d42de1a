//! Against a real control plane: one boot, a namespace for each case.
#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "control_plane/changes.rs"]
mod changes;
#[path = "control_plane/faults.rs"]
mod faults;
#[path = "control_plane/people.rs"]
mod people;
#[path = "control_plane/proxy.rs"]
mod proxy;
#[path = "control_plane/reads.rs"]
mod reads;
#[path = "control_plane/world.rs"]
mod world;

use world::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_chain_on_a_real_control_plane() {
    let Some(world) = World::boot().await else { return };
    // Each case has a namespace of its own, so they share the control plane at once.
    tokio::join!(
        Box::pin(people::run(&world)),
        Box::pin(reads::run(&world)),
        Box::pin(changes::run(&world)),
        Box::pin(faults::run(&world)),
    );
    // These take the API server away from everybody else.
    Box::pin(faults::away(&world)).await;
    world.practice.stop().await;
}
