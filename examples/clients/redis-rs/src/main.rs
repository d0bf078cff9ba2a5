//! redis-rs against a cluster: the ports of its nodes are the arguments.

use redis::cluster::ClusterClient;
use redis::{Client, Commands, Connection, RedisResult};

fn main() {
    let addresses: Vec<String> = std::env::args()
        .skip(1)
        .map(|port| format!("redis://127.0.0.1:{port}"))
        .collect();
    use_plain(&addresses[0]).expect("a plain client works");
    use_cluster(&addresses).expect("a cluster client works");
    println!("redis-rs {}: ok", version());
}

/// The crate does not tell its version.
fn version() -> &'static str {
    let manifest = include_str!("../Cargo.toml");
    manifest.split("version = \"=").nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}

/// Returns a client of the node that takes writes: a plain client follows no redirection.
fn plain_at_leader(first: &str) -> RedisResult<Connection> {
    let mut address = first.to_string();
    for _ in 0..10 {
        let mut connection = Client::open(address.as_str())?.get_connection()?;
        let result: RedisResult<()> = connection.set("rs:plain", "value");
        match result {
            Ok(()) => return Ok(connection),
            Err(error) => match error.redirect_node() {
                Some((leader, _)) => address = format!("redis://{leader}"),
                None => return Err(error),
            },
        }
    }
    panic!("no node takes writes");
}

fn use_plain(address: &str) -> RedisResult<()> {
    let mut connection = plain_at_leader(address)?;
    assert_eq!(connection.get::<_, String>("rs:plain")?, "value");
    let _: () = connection.del("rs:count")?;

    let mut pipeline = redis::pipe();
    for _ in 0..100 {
        pipeline.incr("rs:count", 1);
    }
    let counts: Vec<i64> = pipeline.query(&mut connection)?;
    assert_eq!(counts, (1..=100).collect::<Vec<i64>>());

    let results: (i64, String) = redis::pipe()
        .atomic()
        .incr("rs:count", 1)
        .get("rs:count")
        .query(&mut connection)?;
    assert_eq!(results, (101, "101".to_string()));
    Ok(())
}

fn use_cluster(addresses: &[String]) -> RedisResult<()> {
    let mut cluster = ClusterClient::new(addresses.to_vec())?.get_connection()?;
    let mut pipeline = redis::cluster::cluster_pipe();
    for i in 0..10 {
        pipeline.set(format!("rs:{i}"), i).ignore();
    }
    let _: () = pipeline.query(&mut cluster)?;
    for i in 0..10 {
        assert_eq!(cluster.get::<_, i64>(format!("rs:{i}"))?, i);
    }

    for leader in 1..=addresses.len() {
        transfer(&addresses[0], leader)?;
        let _: () = cluster.set("rs:leader", leader)?;
        assert_eq!(cluster.get::<_, usize>("rs:leader")?, leader);
    }
    Ok(())
}

fn transfer(address: &str, leader: usize) -> RedisResult<()> {
    let mut connection = Client::open(address)?.get_connection()?;
    let result: RedisResult<()> = redis::cmd("RAFT.TRANSFER")
        .arg(leader)
        .query(&mut connection);
    match result {
        Err(error) if !error.to_string().contains("leads already") => Err(error),
        _ => Ok(()),
    }
}
