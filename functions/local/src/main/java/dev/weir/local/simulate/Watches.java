package dev.weir.local.simulate;

import dev.weir.core.port.Item;
import dev.weir.core.port.Key;
import dev.weir.core.port.Outcome;
import dev.weir.core.port.Ports;
import dev.weir.core.port.Table;
import dev.weir.core.port.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks that run again when something that they read was written: so each holds after every
 * commit, at the price of the few commits that concern it, and none of them knows how rows are laid
 * out.
 */
final class Watches {

  /** A check, which reads through the ports that it is given. */
  @FunctionalInterface
  interface Check {
    void check(Ports ports);
  }

  private final class Watch {
    private final Check check;
    private final Set<String> read = new HashSet<>();

    Watch(Check check) {
      this.check = check;
    }

    void run() {
      Ports ports =
          new Ports(
              new Recording(base.table(), this),
              base.blobs(),
              base.queues(),
              base.hosts(),
              base.secrets(),
              base.clock());
      check.check(ports);
    }

    void reads(String partition) {
      if (read.add(partition)) {
        readers.computeIfAbsent(partition, _ -> new LinkedHashSet<>()).add(this);
      }
    }
  }

  private record Recording(Table table, Watch watch) implements Table {
    @Override
    public Optional<Item> get(Key key) {
      watch.reads(key.partition());
      return table.get(key);
    }

    @Override
    public Page query(Query query) {
      watch.reads(query.partition());
      return table.query(query);
    }

    @Override
    public Outcome commit(List<Write> writes) {
      throw new Violation("a check wrote to " + writes.getFirst().key());
    }
  }

  private final Ports base;
  private final Map<String, Set<Watch>> readers = new HashMap<>();

  Watches(Ports base) {
    this.base = base;
  }

  /** Begins to watch: the check runs now, and then after each commit that concerns it. */
  void add(Check check) {
    new Watch(check).run();
  }

  void committed(List<Write> writes) {
    Set<Watch> due = new LinkedHashSet<>();
    for (Write write : writes) {
      if (!(write instanceof Write.Check)) {
        due.addAll(readers.getOrDefault(write.key().partition(), Set.of()));
      }
    }
    new ArrayList<>(due).forEach(Watch::run);
  }
}
