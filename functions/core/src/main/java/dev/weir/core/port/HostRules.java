package dev.weir.core.port;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** The limits that all {@link Hosts} enforce. */
public final class HostRules {

  /** The longest time between SIGTERM and SIGKILL; what container services allow. */
  public static final Duration GRACE_MAX = Duration.ofMinutes(2);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,99}");

  private HostRules() {}

  public static void check(Hosts.Launch launch) {
    checkName(launch.name());
    check(launch.resources());
    if (launch.timeout().isNegative() || launch.timeout().isZero()) {
      throw new IllegalArgumentException("timeout " + launch.timeout() + " is not positive");
    }
  }

  public static void check(Hosts.Service service, int desired) {
    checkName(service.name());
    check(service.resources());
    if (desired < 0 || desired > Hosts.REPLICAS_MAX) {
      throw new IllegalArgumentException("desired " + desired + " not in 0.." + Hosts.REPLICAS_MAX);
    }
  }

  public static void checkGrace(Duration grace) {
    if (grace.isNegative() || grace.compareTo(GRACE_MAX) > 0) {
      throw new IllegalArgumentException("grace " + grace + " not in PT0S.." + GRACE_MAX);
    }
  }

  /** The answer for a reference that a host knows nothing of. */
  public static Hosts.Description lost(String reference) {
    return new Hosts.Description(
        reference,
        "",
        Hosts.State.LOST,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "the host knows nothing of it");
  }

  private static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("name \"" + name + "\" does not match " + NAME);
    }
  }

  private static void check(Hosts.Resources resources) {
    if (resources.vcpus() <= 0 || resources.memoryMb() <= 0 || resources.gpus() < 0) {
      throw new IllegalArgumentException("resources out of range: " + resources);
    }
  }
}
