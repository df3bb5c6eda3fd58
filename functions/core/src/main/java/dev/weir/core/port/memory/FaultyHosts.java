package dev.weir.core.port.memory;

import dev.weir.core.port.Hosts;
import java.time.Duration;
import java.util.List;

/** Hosts whose answers are lost. */
final class FaultyHosts implements Hosts {

  private final Hosts hosts;
  private final Faults faults;

  FaultyHosts(Hosts hosts, Faults faults) {
    this.hosts = hosts;
    this.faults = faults;
  }

  @Override
  public String launch(Launch launch) {
    return faults.changing(() -> hosts.launch(launch));
  }

  @Override
  public Description describe(String reference) {
    return faults.reading(() -> hosts.describe(reference));
  }

  @Override
  public void stop(String reference, Duration grace) {
    faults.change(() -> hosts.stop(reference, grace));
  }

  @Override
  public void scale(Service service, int desired) {
    faults.change(() -> hosts.scale(service, desired));
  }

  @Override
  public List<Description> replicas(String service) {
    return faults.reading(() -> hosts.replicas(service));
  }
}
