//! KubeChat.
fn main() {}
