package dev.weir.local.simulate;

import dev.weir.core.port.Ids;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What may happen, and what is under way. Work runs in tasks that change at every step, so that
 * schedules, flushes, reports, payments and crashes lie across each other.
 */
final class Stage {

  /** How many steps work goes on, where much else happens between them. */
  static final int[] SHORT = {1, 1, 2, 4, 10, 40, 1_000_000};

  /** The same, of work with many steps. */
  static final int[] LONG = {1, 4, 20, 60, 300, 1_000_000, 1_000_000};

  private static final int ALL = Integer.MAX_VALUE;
  private static final int BUSY_PERCENT = 55;

  /** Something that may happen next. */
  private record Choice(int weight, String name, Runnable happens) {}

  private final World world;
  private final Random random;
  private final Map<String, Turns.Task> busy = new LinkedHashMap<>();
  private final List<Choice> choices = new ArrayList<>();
  private final int[] bursts;
  private int weights;

  /**
   * Nothing may happen on it yet.
   *
   * @param name of its choices
   * @param bursts how many steps work goes on, each as likely
   */
  Stage(World world, String name, int[] bursts) {
    this.world = world;
    this.random = world.scenario().random(name);
    this.bursts = bursts.clone();
  }

  Random random() {
    return random;
  }

  /** Something may happen, as often as its weight says beside the others'. */
  void choose(int weight, String name, Runnable happens) {
    choices.add(new Choice(weight, name, happens));
    weights += weight;
  }

  /** Begins work unless the same is still under way. */
  void begin(String name, Runnable work) {
    begin(name, work, burst());
  }

  private int burst() {
    return bursts[random.nextInt(bursts.length)];
  }

  private void begin(String name, Runnable work, int steps) {
    if (!busy.containsKey(name)) {
      Turns.Task task = world.turns().task(name, () -> guarded(work));
      busy.put(name, task);
      go(task, steps);
    }
  }

  /** What nobody expects is a violation, whoever would catch it. */
  private void guarded(Runnable work) {
    Ids.repeatably(
        world.random(),
        () -> {
          try {
            work.run();
          } catch (Violation e) {
            world.violated(e);
          } catch (RuntimeException e) {
            world.violated(new Violation("unexpected", e));
          }
        });
  }

  private void go(Turns.Task task, int steps) {
    if (world.turns().run(task, steps)) {
      busy.remove(task.name());
    }
    check();
  }

  private void check() {
    Violation violation = world.violation();
    if (violation != null) {
      throw violation;
    }
  }

  /** The next step: some work goes on, or something new happens. */
  void step() {
    if (!busy.isEmpty() && random.nextInt(100) < BUSY_PERCENT) {
      List<Turns.Task> tasks = List.copyOf(busy.values());
      go(tasks.get(random.nextInt(tasks.size())), burst());
      return;
    }
    int left = random.nextInt(weights);
    for (Choice choice : choices) {
      left -= choice.weight();
      if (left < 0) {
        world.stepped().note("", choice.name(), world.now().toString(), "");
        choice.happens().run();
        break;
      }
    }
    check();
  }

  /** Whatever is under way comes to its end. */
  void finishAll() {
    while (!busy.isEmpty()) {
      go(busy.values().iterator().next(), ALL);
    }
  }

  /** Does some work to its end, after what is under way. */
  void finish(String name, Runnable work) {
    finishAll();
    begin(name, work, ALL);
    finishAll();
  }
}
