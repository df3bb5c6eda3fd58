package dev.weir.core.port.memory;

import dev.weir.core.port.Hosts;
import dev.weir.core.port.HostsContract;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

class MemoryHostsTest extends HostsContract {

  private final MemoryHosts memory = new MemoryHosts(InstantSource.system());

  @Override
  protected Hosts open() {
    return memory;
  }

  @Override
  protected List<String> command(Optional<Integer> exitCode) {
    return List.of("anything");
  }

  @Override
  protected void ended(String reference, int exitCode) {
    memory.finish(reference, exitCode, "");
  }
}
