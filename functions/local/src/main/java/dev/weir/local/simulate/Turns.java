package dev.weir.local.simulate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which one runs at a time, and which change only at steps that they name themselves, so
 * that a seed decides how they interleave. Everything but {@link #step} is for the thread that made
 * it.
 */
final class Turns implements AutoCloseable {

  /** Ends a task that nobody needs any more. */
  private static final class Stopped extends Error {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super("stopped", null, false, false);
    }
  }

  /** A thread's work. */
  static final class Task {
    private final String name;
    private final Thread thread;
    private boolean begun;
    private boolean ended;
    private int left;

    private Task(String name, Thread thread) {
      this.name = name;
      this.thread = thread;
    }

    String name() {
      return name;
    }
  }

  private final Thread driver = Thread.currentThread();
  private final List<Task> tasks = new ArrayList<>();
  private volatile @Nullable Task running;
  private volatile boolean closed;

  /** Makes a task that does nothing before its first turn. */
  Task task(String name, Runnable work) {
    Task[] self = new Task[1];
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                work.run();
              } catch (Stopped e) {
                // nobody waits for its result
              } finally {
                self[0].ended = true;
                give();
              }
            });
    Task task = new Task(name, thread);
    self[0] = task;
    tasks.add(task);
    return task;
  }

  /** Lets a task go on for so many steps; whether it ended. */
  boolean run(Task task, int steps) {
    task.left = steps;
    running = task;
    if (task.begun) {
      LockSupport.unpark(task.thread);
    } else {
      task.begun = true;
      task.thread.start();
    }
    while (running != null) {
      LockSupport.park(this);
    }
    if (task.ended) {
      tasks.remove(task);
    }
    return task.ended;
  }

  private void give() {
    running = null;
    LockSupport.unpark(driver);
  }

  /** A place where another thread may go on. Nothing in a thread that is no task. */
  void step() {
    Task task = running;
    if (task == null || !Thread.currentThread().equals(task.thread)) {
      return;
    }
    if (closed) {
      throw new Stopped();
    }
    if (--task.left > 0) {
      return;
    }
    give();
    while (running != task) {
      LockSupport.park(this);
    }
    if (closed) {
      throw new Stopped();
    }
  }

  /** Ends all tasks where they are. */
  @Override
  public void close() {
    closed = true;
    for (Task task : List.copyOf(tasks)) {
      if (task.begun) {
        boolean _ = run(task, 1);
      }
    }
    tasks.clear();
  }
}
