// Command client is go-redis against a cluster: the ports of its nodes are the arguments.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"
)

var ctx = context.Background()

func main() {
	log.SetFlags(0)
	addresses := []string{}
	for _, port := range os.Args[1:] {
		addresses = append(addresses, "127.0.0.1:"+port)
	}
	usePlain(addresses[0])
	useCluster(addresses)
	fmt.Printf("go-redis %s: ok\n", redis.Version())
}

func check(what string, err error) {
	if err != nil {
		log.Fatalf("%s: %v", what, err)
	}
}

func expect(what string, actual, expected any) {
	if actual != expected {
		log.Fatalf("%s: expected %v, got %v", what, expected, actual)
	}
}

// plainAtLeader returns a client of the node that takes writes: a plain client follows no redirection.
func plainAtLeader(address string) *redis.Client {
	for range 10 {
		client := redis.NewClient(&redis.Options{Addr: address})
		err := client.Set(ctx, "go:plain", "value", 0).Err()
		if err == nil {
			return client
		}
		words := strings.Fields(err.Error())
		if words[0] != "MOVED" {
			log.Fatal(err)
		}
		address = words[2]
		client.Close()
	}
	log.Fatal("no node takes writes")
	return nil
}

func usePlain(address string) {
	client := plainAtLeader(address)
	defer client.Close()
	value, err := client.Get(ctx, "go:plain").Result()
	check("get", err)
	expect("get", value, "value")
	check("del", client.Del(ctx, "go:count").Err())

	counts, err := client.Pipelined(ctx, func(pipeline redis.Pipeliner) error {
		for range 100 {
			pipeline.Incr(ctx, "go:count")
		}
		return nil
	})
	check("pipeline", err)
	for i, count := range counts {
		expect("pipeline", count.(*redis.IntCmd).Val(), int64(i+1))
	}

	results, err := client.TxPipelined(ctx, func(transaction redis.Pipeliner) error {
		transaction.Incr(ctx, "go:count")
		transaction.Get(ctx, "go:count")
		return nil
	})
	check("transaction", err)
	expect("transaction", results[1].(*redis.StringCmd).Val(), "101")
}

func useCluster(addresses []string) {
	cluster := redis.NewClusterClient(&redis.ClusterOptions{Addrs: addresses})
	defer cluster.Close()
	_, err := cluster.Pipelined(ctx, func(pipeline redis.Pipeliner) error {
		for i := range 10 {
			pipeline.Set(ctx, fmt.Sprintf("go:%d", i), i, 0)
		}
		return nil
	})
	check("cluster pipeline", err)
	for i := range 10 {
		value, err := cluster.Get(ctx, fmt.Sprintf("go:%d", i)).Int()
		check("cluster get", err)
		expect("cluster get", value, i)
	}

	for leader := 1; leader <= len(addresses); leader++ {
		transfer(addresses[0], leader)
		check("set after a transfer", cluster.Set(ctx, "go:leader", leader, 0).Err())
		value, err := cluster.Get(ctx, "go:leader").Int()
		check("get after a transfer", err)
		expect("get after a transfer", value, leader)
	}
}

func transfer(address string, leader int) {
	client := redis.NewClient(&redis.Options{Addr: address})
	defer client.Close()
	err := client.Do(ctx, "RAFT.TRANSFER", leader).Err()
	if err != nil && !strings.Contains(err.Error(), "leads already") {
		log.Fatal(err)
	}
}
