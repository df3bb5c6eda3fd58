package dev.weir.local.simulate;

import dev.weir.core.port.Blobs;
import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Ports at each of whose calls other threads may go on, and which leave a trace. */
final class Stepped {

  private final Turns turns;
  private final Trace trace;
  private final Runnable tick;
  private final Consumer<List<Write>> committed;

  /**
   * With what happens beside each call.
   *
   * @param tick before the call, after the others had their turn
   * @param committed after a commit that was applied
   */
  Stepped(Turns turns, Trace trace, Runnable tick, Consumer<List<Write>> committed) {
    this.turns = turns;
    this.trace = trace;
    this.tick = tick;
    this.committed = committed;
  }

  /** The ports as one process sees them. */
  Ports ports(String who, Ports base, InstantSource clock) {
    return new Ports(
        new SteppedTable(who, base.table()),
        new SteppedBlobs(who, base.blobs()),
        name -> new SteppedQueue(who, name, base.queue(name)),
        base.hosts(),
        base.secrets(),
        clock);
  }

  /** A step that is no call of a port. */
  void step(String who, String what, String of) {
    turns.step();
    tick.run();
    trace.add(who, what, of, "");
  }

  /** Something worth a line, at which nobody else goes on. */
  void note(String who, String what, String of, String outcome) {
    trace.add(who, what, of, outcome);
  }

  private void before() {
    turns.step();
    tick.run();
  }

  private final class SteppedTable implements Table {
    private final String who;
    private final Table table;

    SteppedTable(String who, Table table) {
      this.who = who;
      this.table = table;
    }

    @Override
    public Optional<Item> get(Key key) {
      before();
      Optional<Item> item = table.get(key);
      trace.add(
          who,
          "get",
          key.partition() + " " + key.sort(),
          item.map(i -> "v" + i.version()).orElse("none"));
      return item;
    }

    @Override
    public Page query(Query query) {
      before();
      Page page = table.query(query);
      trace.add(who, "query", query.partition(), Integer.toString(page.items().size()));
      return page;
    }

    @Override
    public Outcome commit(List<Write> writes) {
      before();
      Outcome outcome = table.commit(writes);
      Key first = writes.getFirst().key();
      trace.add(
          who,
          "commit",
          writes.size() + ": " + first.partition() + " " + first.sort(),
          outcome instanceof Outcome.Refused refused ? "refused " + refused.index() : "applied");
      if (outcome.applied()) {
        committed.accept(writes);
      }
      return outcome;
    }
  }

  private final class SteppedQueue implements Queue {
    private final String who;
    private final String name;
    private final Queue queue;

    SteppedQueue(String who, String name, Queue queue) {
      this.who = who;
      this.name = name;
      this.queue = queue;
    }

    @Override
    public void send(String group, String body, Duration delay) {
      before();
      queue.send(group, body, delay);
      trace.add(who, "send", name, group);
    }

    @Override
    public List<Received> receive(int max, Duration visibility) {
      before();
      List<Received> received = queue.receive(max, visibility);
      trace.add(who, "receive", name, Integer.toString(received.size()));
      return received;
    }

    @Override
    public void acknowledge(String receipt) {
      before();
      queue.acknowledge(receipt);
      trace.add(who, "acknowledge", name, "");
    }

    @Override
    public void release(String receipt, Duration delay) {
      before();
      queue.release(receipt, delay);
      trace.add(who, "release", name, delay.toString());
    }

    @Override
    public List<Received> deadLetters(int max) {
      before();
      return queue.deadLetters(max);
    }

    @Override
    public void replay(String id) {
      before();
      queue.replay(id);
    }

    @Override
    public Depth depth() {
      before();
      return queue.depth();
    }
  }

  private final class SteppedBlobs implements Blobs {
    private final String who;
    private final Blobs blobs;

    SteppedBlobs(String who, Blobs blobs) {
      this.who = who;
      this.blobs = blobs;
    }

    @Override
    public Stat put(String name, InputStream content, long length) throws IOException {
      before();
      trace.add(who, "blob", name, Long.toString(length));
      return blobs.put(name, content, length);
    }

    @Override
    public boolean putIfAbsent(String name, InputStream content, long length) throws IOException {
      before();
      trace.add(who, "blob", name, Long.toString(length));
      return blobs.putIfAbsent(name, content, length);
    }

    @Override
    public String putContent(InputStream content) throws IOException {
      before();
      return blobs.putContent(content);
    }

    @Override
    public Optional<InputStream> open(String name) throws IOException {
      before();
      return blobs.open(name);
    }

    @Override
    public Optional<InputStream> open(String name, long offset, long length) throws IOException {
      before();
      return blobs.open(name, offset, length);
    }

    @Override
    public Optional<Stat> stat(String name) throws IOException {
      before();
      return blobs.stat(name);
    }

    @Override
    public List<String> list(String prefix, String after, int limit) throws IOException {
      before();
      return blobs.list(prefix, after, limit);
    }

    @Override
    public void delete(String name) throws IOException {
      before();
      blobs.delete(name);
    }

    @Override
    public URI presignGet(String name, Duration lifetime) {
      return blobs.presignGet(name, lifetime);
    }

    @Override
    public URI presignPut(String name, Duration lifetime) {
      return blobs.presignPut(name, lifetime);
    }
  }
}
