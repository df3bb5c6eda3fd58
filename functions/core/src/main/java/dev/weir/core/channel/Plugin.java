package dev.weir.core.channel;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An installed plugin as its manifest describes it: what the gateway knows of it without running
 * it.
 *
 * @param sha512 of the jar that was verified, in hex
 * @param keyId of the key that signed it
 * @param capabilities in lower case, such as {@code reporting}
 * @param monthEndHours how many hours into a month lines of the month before are still taken
 * @param callsPerSecond the most calls that report in a second
 */
public record Plugin(
    String id,
    String version,
    ChannelKind kind,
    String api,
    String sha512,
    String keyId,
    Set<String> capabilities,
    List<Setting> settings,
    List<Secret> secrets,
    List<Meter> meters,
    Optional<Integer> monthEndHours,
    Optional<Integer> callsPerSecond) {

  /** One that names no rate. */
  public Plugin(
      String id,
      String version,
      ChannelKind kind,
      String api,
      String sha512,
      String keyId,
      Set<String> capabilities,
      List<Setting> settings,
      List<Secret> secrets,
      List<Meter> meters,
      Optional<Integer> monthEndHours) {
    this(
        id,
        version,
        kind,
        api,
        sha512,
        keyId,
        capabilities,
        settings,
        secrets,
        meters,
        monthEndHours,
        Optional.empty());
  }

  public Plugin {
    capabilities = Set.copyOf(capabilities);
    settings = List.copyOf(settings);
    secrets = List.copyOf(secrets);
    meters = List.copyOf(meters);
  }

  /** A setting. {@code type} is string, int, url or bool. */
  public record Setting(
      String name, String type, boolean required, Optional<String> fallback, String help) {}

  /**
   * A secret of the channel's configuration.
   *
   * @param optional whether a channel works without it; where nothing is said it does not
   */
  public record Secret(String name, String help, Optional<Boolean> optional) {

    public boolean required() {
      return !optional.orElse(false);
    }
  }

  /**
   * A meter that the channel counts or reports.
   *
   * @param scale the decimal places of its quantities
   * @param batchMax the most lines of one report
   * @param windowHours how long after an hour's start its line is taken
   * @param finalWindowHours how long after the end of a relation its lines are taken
   * @param zeroAllowed whether a line of 0 may be sent
   * @param quantityMax the largest quantity of a line
   * @param aggregation how an hour's facts become its quantity; the sum where nothing is said
   * @param zeroHourly whether a line of 0 is sent for every hour without use; not where nothing is
   *     said
   */
  public record Meter(
      String id,
      String unit,
      int scale,
      int batchMax,
      int windowHours,
      int finalWindowHours,
      boolean zeroAllowed,
      long quantityMax,
      Optional<String> aggregation,
      Optional<Boolean> zeroHourly) {

    /** One whose facts are summed up. */
    public Meter(
        String id,
        String unit,
        int scale,
        int batchMax,
        int windowHours,
        int finalWindowHours,
        boolean zeroAllowed,
        long quantityMax) {
      this(
          id,
          unit,
          scale,
          batchMax,
          windowHours,
          finalWindowHours,
          zeroAllowed,
          quantityMax,
          Optional.empty(),
          Optional.empty());
    }
  }

  public boolean can(String capability) {
    return capabilities.contains(capability);
  }
}
