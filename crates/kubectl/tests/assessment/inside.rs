//! Levels of what runs inside a container.

use super::*;

#[test]
fn words_in_pieces_of_quotes_are_refused() {
    for line in [
        "kubectl de\"\"lete pod x",
        "kubectl d'ele'te pod x",
        "kubectl \\delete pod x",
        "kubectl get p\"od\"s",
    ] {
        let judged = classify(line);
        assert_eq!(judged.reasons.first().map(|reason| reason.id.as_str()), Some("hidden-word"), "{line}");
    }
    for line in [
        "kubectl 'delete' pod x",
        "kubectl delete \"pod\" 'x'",
        "kubectl delete deploy/\"web\"",
        "kubectl delete pod x -n\"shop\"",
        "kubectl delete pod web\"-1\"",
    ] {
        assert_eq!(classify(line).level, Level::Dangerous, "{line}");
    }
}

#[test]
fn what_destroys_inside_a_container() {
    let level = |command: &str| classify(&format!("kubectl exec web -- {command}")).level;
    for command in [
        "rm -rf /data",
        "/bin/rm x",
        "sudo -u root rm x",
        "env A=1 B=2 rm x",
        "A=1 rm x",
        "A=1 kill 1",
        "'' kill 1",
        "timeout 5 rm x",
        "nice -n 5 rm x",
        "xargs -n 1 rm",
        "sh -c 'rm x'",
        "sh -ec 'ls; rm x'",
        "bash -c 'ls && (cd / && rm x)'",
        "bash -c \"sh -c 'rm x'\"",
        "sh -c 'ls | xargs rm'",
        "sh -c 'r\\m x'",
        "sh -c '> /data/db'",
        "sh -c ': > /data/db'",
        "sh -c 'echo > /data/db'",
        "sh -c 'cat /dev/null > /data/db'",
        "sh -c 'dump > /dev/sda'",
        "sh -c 'dump > /dev/mapper/data'",
        "sh -c 'mongo --eval db.users.deleteMany({})'",
        "find / -ok rm {} +",
        "find a -exec find b -exec find c -exec find d -exec find e -exec ls",
        "find / -delete",
        "find / -name x -exec rm {} +",
        "find / -execdir sh -c 'rm x' +",
        "mkfs.ext4 /dev/sda",
        "etcdctl del /x",
        "redis-cli FLUSHALL",
        "helm uninstall x",
        "psql -c 'drop table users'",
        "mongo --eval 'db.dropDatabase()'",
        "python -c 'import shutil; shutil.rmtree(x)'",
        "kubectl delete ns shop",
        "kubectl -n shop scale deploy web --replicas=0",
        "kubectl drain n1",
    ] {
        assert_eq!(level(command), Level::Dangerous, "{command}");
    }
    for command in [
        "ls",
        "grep rm notes",
        "cat rm",
        "echo 'drop table users'",
        "sh -c 'echo hi'",
        "sh -c 'echo hi > /tmp/x'",
        "sh -c 'echo hi >> /tmp/x'",
        "sh -c 'ls > /tmp/x'",
        "sh -c '>> /tmp/x'",
        "find / -name rm",
        "find / -exec ls {} +",
        "env",
        "sudo ls",
        "kubectl get pods",
        "curl -s localhost",
        "bash",
        "python -c 'print(1)'",
        "sh -c 'echo drop table users'",
        "sh -c 'dump > /dev/null'",
        "find a -exec find b -exec find c -exec find d -exec ls",
        "make delete-all",
    ] {
        assert_eq!(level(command), Level::Warning, "{command}");
    }
}
