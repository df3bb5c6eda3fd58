package dev.weir.local.port;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.core.port.Hosts.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptTest {

  private static final int ROUNDS = 2_000;

  @TempDir Path folder;

  /** Whoever looks while the shell notes its process id must not take it for one that vanished. */
  @Test
  void aProgramThatIsJustStartingIsNeverLost() throws Exception {
    Attempt attempt = new Attempt(folder, "job-1");
    attempt.begin(new Attempt.Launched("job-1", Instant.now().toEpochMilli(), Integer.MAX_VALUE));
    String here = Long.toString(ProcessHandle.current().pid());
    Set<State> seen = EnumSet.noneOf(State.class);
    for (int i = 0; i < ROUNDS; i++) {
      Files.writeString(folder.resolve("pid.new"), here);
      CompletableFuture<Void> noted =
          CompletableFuture.runAsync(
              () -> folder.resolve("pid.new").toFile().renameTo(folder.resolve("pid").toFile()));
      State state;
      do {
        state = attempt.describe(Instant.now()).state();
        seen.add(state);
      } while (state == State.STARTING);
      noted.join();
      Files.delete(folder.resolve("pid"));
    }
    assertEquals(EnumSet.of(State.STARTING, State.RUNNING), seen);
  }
}
