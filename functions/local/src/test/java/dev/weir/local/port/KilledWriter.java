package dev.weir.local.port;

import dev.weir.core.port.Condition;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Write;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A program that works as fast as it can until it is killed, and says what was acknowledged to it,
 * a line each: {@code commit}, {@code sent}, {@code done} (an effect is committed), {@code
 * received} (its message is acknowledged), {@code blob}.
 */
final class KilledWriter {

  static final Duration HIDDEN = Duration.ofHours(1);

  private final Ports ports;
  private final String run;

  private KilledWriter(Ports ports, String run) {
    this.ports = ports;
    this.run = run;
  }

  /**
   * Arguments: the data folder, the number of the run, a folder to warm up in. Begins when a byte
   * comes in.
   */
  public static void main(String[] args) throws Exception {
    try (LocalPorts scratch = open(Path.of(args[2]), InstantSource.system())) {
      KilledWriter warming = new KilledWriter(scratch.ports(), "warm");
      warming.commit(0);
      warming.send(0);
      warming.receive(0);
      warming.put(0);
    }
    say("ready");
    if (System.in.read() < 0) {
      return;
    }
    LocalPorts local = open(Path.of(args[0]), InstantSource.system());
    KilledWriter writer = new KilledWriter(local.ports(), args[1]);
    for (Work work : List.<Work>of(writer::commit, writer::send, writer::receive, writer::put)) {
      Thread.ofPlatform().start(() -> forever(work));
    }
  }

  static LocalPorts open(Path folder, InstantSource clock) {
    URI url = URI.create("http://127.0.0.1:1");
    return LocalPorts.open(folder, Optional.empty(), url, clock, List.of("/bin/true"));
  }

  private interface Work {
    void doOne(int number) throws IOException;
  }

  private static void forever(Work work) {
    try {
      for (int i = 0; true; i++) {
        work.doOne(i);
      }
    } catch (IOException | RuntimeException e) {
      say("failed " + e);
      Runtime.getRuntime().halt(1);
    }
  }

  /** One write to the pipe per line, so that a kill cannot mix two. */
  private static void say(String line) {
    PrintStream out = System.out;
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    synchronized (out) {
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }

  private void commit(int number) {
    String name = run + "-" + number;
    List<Write> writes =
        List.of(
            Write.put(new Key("commits", name), "{}", Condition.ABSENT),
            Write.add(new Key("sums", "commits"), Map.of("n", 1L)));
    if (ports.table().commit(writes).applied()) {
      say("commit " + name);
    }
  }

  private void send(int number) {
    String name = run + "-" + number;
    ports.queue("work").send(run + "/" + number % 3, name, Duration.ZERO);
    say("sent " + name);
  }

  private void receive(int number) {
    for (Queue.Received message : ports.queue("work").receive(10, HIDDEN)) {
      List<Write> writes =
          List.of(
              Write.put(new Key("effects", message.body()), "{}", Condition.ABSENT),
              Write.add(new Key("sums", "effects"), Map.of("n", 1L)));
      if (ports.table().commit(writes).applied()) {
        say("done " + message.body());
      }
      ports.queue("work").acknowledge(message.receipt());
      say("received " + message.body());
    }
  }

  private void put(int number) throws IOException {
    String name = run + "-" + number;
    byte[] content = name.repeat(500).getBytes(StandardCharsets.UTF_8);
    ports.blobs().put("b/" + name, new ByteArrayInputStream(content), content.length);
    say("blob " + name);
  }
}
