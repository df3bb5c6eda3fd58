package dev.weir.local.port;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Queue;
import dev.weir.core.port.Table;
import dev.weir.core.port.Tables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Compares a client's log of acknowledgements with the store, in a process of its own: what was
 * acknowledged is there, once; what was not is there wholly or not at all.
 */
final class KillCheck {

  private final Map<String, Set<String>> log = new HashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final Ports ports;

  private KillCheck(Ports ports, Path logFile) throws IOException {
    this.ports = ports;
    for (String line : Files.readAllLines(logFile)) {
      String[] words = line.split(" ", 2);
      if (!log.computeIfAbsent(words[0], _ -> new HashSet<>()).add(words[1])) {
        faults.add("acknowledged twice: " + line);
      }
    }
  }

  /** Arguments: the data folder and the log. Exit code 1 where they differ. */
  public static void main(String[] args) throws IOException {
    Clock later = Clock.offset(Clock.systemUTC(), KilledWriter.HIDDEN.plusHours(1));
    try (LocalPorts local = KilledWriter.open(Path.of(args[0]), later)) {
      KillCheck check = new KillCheck(local.ports(), Path.of(args[1]));
      check.rows("commits", "commit");
      check.rows("effects", "done");
      check.messages();
      check.blobs();
      check.faults.stream().limit(20).forEach(System.out::println);
      check.log.forEach((kind, names) -> System.out.println(kind + " " + names.size()));
      System.out.println("faults " + check.faults.size());
      System.exit(check.faults.isEmpty() ? 0 : 1);
    }
  }

  private Set<String> logged(String kind) {
    return log.getOrDefault(kind, Set.of());
  }

  /** Every acknowledged row is there; the sum, made by the same commits, counts all rows. */
  private void rows(String partition, String kind) {
    List<Item> items = Tables.list(ports.table(), Table.Query.all(partition));
    Set<String> stored = items.stream().map(i -> i.key().sort()).collect(Collectors.toSet());
    logged(kind).stream()
        .filter(name -> !stored.contains(name))
        .forEach(name -> faults.add("missing " + kind + " " + name));
    items.stream()
        .filter(item -> item.version() != 1)
        .forEach(item -> faults.add("doubled " + kind + " " + item));
    long sum = ports.table().get(new Key("sums", partition)).map(i -> i.counter("n")).orElse(0L);
    if (sum != items.size()) {
      faults.add(partition + ": sum " + sum + ", rows " + items.size());
    }
  }

  /** What is left in the queue, each group in order, and what was received make what was sent. */
  private void messages() {
    Queue queue = ports.queue("work");
    Set<String> left = new HashSet<>();
    Map<String, Integer> last = new HashMap<>();
    List<Queue.Received> batch = queue.receive(Queue.RECEIVE_MAX, Duration.ofHours(1));
    while (!batch.isEmpty()) {
      for (Queue.Received message : batch) {
        int number = Integer.parseInt(message.body().split("-", -1)[1]);
        Integer before = last.put(message.group(), number);
        if (before != null && before >= number) {
          faults.add("out of order in " + message.group() + ": " + before + ", " + number);
        }
        if (!left.add(message.body())) {
          faults.add("doubled message " + message.body());
        }
        queue.acknowledge(message.receipt());
      }
      batch = queue.receive(Queue.RECEIVE_MAX, Duration.ofHours(1));
    }
    for (String name : logged("received")) {
      if (left.contains(name)) {
        faults.add("acknowledged, and there again: " + name);
      }
    }
    for (String name : logged("sent")) {
      boolean effect = ports.table().get(new Key("effects", name)).isPresent();
      if (!left.contains(name) && !effect) {
        faults.add("missing message " + name);
      }
    }
  }

  private void blobs() throws IOException {
    Set<String> stored = new HashSet<>();
    List<String> page = ports.blobs().list("b/", "", 1000);
    while (!page.isEmpty()) {
      for (String path : page) {
        String name = path.substring(2);
        stored.add(name);
        try (InputStream in = ports.blobs().open(path).orElseThrow()) {
          String content = new String(in.readAllBytes(), StandardCharsets.UTF_8);
          if (!content.equals(name.repeat(500))) {
            faults.add("blob " + name + " is not whole: " + content.length() + " B");
          }
        }
      }
      page = ports.blobs().list("b/", page.getLast(), 1000);
    }
    logged("blob").stream()
        .filter(name -> !stored.contains(name))
        .forEach(name -> faults.add("missing blob " + name));
  }
}
