package dev.weir.core.port.memory;

import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.QueueRules;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A deployment's whole outside world in memory; its parts are open to tests. */
public final class MemoryPorts {

  private final MemoryTable table;
  private final MemoryBlobs blobs;
  private final MemoryHosts hosts;
  private final MemorySecrets secrets = new MemorySecrets();
  private final Map<String, Queue> queues = new ConcurrentHashMap<>();
  private final InstantSource clock;

  public MemoryPorts(InstantSource clock) {
    this.clock = clock;
    this.table = new MemoryTable(clock);
    this.blobs = new MemoryBlobs(clock);
    this.hosts = new MemoryHosts(clock);
  }

  /** An empty world. */
  public static Ports create(InstantSource clock) {
    return new MemoryPorts(clock).ports();
  }

  public Ports ports() {
    return new Ports(table, blobs, this::queue, hosts, secrets, clock);
  }

  /** The queue of that name, made when first asked for. */
  public Queue queue(String name) {
    QueueRules.checkName(name);
    return queues.computeIfAbsent(name, _ -> new MemoryQueue(clock));
  }

  public MemoryTable table() {
    return table;
  }

  public MemoryBlobs blobs() {
    return blobs;
  }

  public MemoryHosts hosts() {
    return hosts;
  }

  public MemorySecrets secrets() {
    return secrets;
  }
}
