package dev.weir.loader;

import dev.weir.spi.Capability;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a plugin says about itself without being run: {@code META-INF/weir/channel.properties}.
 *
 * @param id {@code [a-z0-9-]}, 1 to 64 characters; equals the jar's {@code Plugin-Id}
 * @param api the SPI's version that it was written for
 * @param secrets by name
 * @param egress hosts that it talks to by HTTPS, beside those of its URL settings
 * @param inboundAckMs how soon the other side must be answered; present with {@code INBOUND}
 * @param signature what an inbound signature covers; not empty with {@code INBOUND}
 * @param monthEndHours how many hours into a month lines of the month before are still taken; empty
 *     where only the meters' windows count
 * @param calls what the other side takes of reports
 */
public record Manifest(
    String id,
    Kind kind,
    ApiVersion api,
    Set<Capability> capabilities,
    Map<String, Setting> settings,
    Map<String, Secret> secrets,
    List<Host> egress,
    Map<String, Meter> meters,
    Optional<Integer> inboundAckMs,
    Set<Cover> signature,
    Optional<Integer> monthEndHours,
    Calls calls) {

  /** Where a jar keeps it. */
  public static final String PATH = "META-INF/weir/channel.properties";

  public Manifest {
    capabilities = Set.copyOf(capabilities);
    settings = Map.copyOf(settings);
    secrets = Map.copyOf(secrets);
    egress = List.copyOf(egress);
    meters = Map.copyOf(meters);
    signature = Set.copyOf(signature);
  }

  /**
   * Reads a manifest.
   *
   * @throws PluginRefused with {@link Refusal#MANIFEST} and every violation in the message
   */
  public static Manifest read(InputStream properties) {
    return new ManifestReader(properties).read();
  }

  /** The manifest of a plugin that lies on the class path, as it does in the plugin's own tests. */
  public static Manifest ofClassPath(ClassLoader loader) {
    InputStream in = loader.getResourceAsStream(PATH);
    if (in == null) {
      throw new PluginRefused(Refusal.MANIFEST, PATH + " is not on the class path");
    }
    return read(in);
  }

  /** The three kinds of channel. */
  public enum Kind {
    SOCIAL,
    PARTNER,
    MARKETPLACE
  }

  /** What a signature vouches for; what it leaves out, an attacker may change. */
  public enum Cover {
    BODY,
    TIMESTAMP,
    NONCE,
    ID,
    URL,
    TOKEN
  }

  /** A host and port that may be talked to by HTTPS. */
  public record Host(String name, int port) {}

  /** A setting; where {@code required}, there is no default. */
  public record Setting(
      String name, Type type, boolean required, Optional<String> fallback, String help) {}

  /** A secret of the channel's configuration; without a {@code required} one nothing works. */
  public record Secret(String name, boolean required, String help) {}

  /** What a setting's value must look like. */
  public enum Type {
    STRING,
    INT,
    BOOL,
    URL
  }

  /**
   * What is counted, and how it is reported; the host keeps to it.
   *
   * @param scale quantities are in units of 10⁻ˢᶜᵃˡᵉ
   * @param batchMax the most lines of one report
   * @param windowHours how old a line may be; 0 where it is not limited
   * @param finalWindowHours how long after a cancellation; 0 where it is not limited
   * @param zero whether a line of zero may be sent
   * @param aggregation how an hour's facts become its quantity
   * @param zeroHourly whether a line of zero is sent for every hour without use
   */
  public record Meter(
      String id,
      String unit,
      int scale,
      int batchMax,
      int windowHours,
      int finalWindowHours,
      boolean zero,
      Numeric numeric,
      Aggregation aggregation,
      boolean zeroHourly) {

    /** One whose facts are summed up, and whose hours without use are not reported. */
    public Meter(
        String id,
        String unit,
        int scale,
        int batchMax,
        int windowHours,
        int finalWindowHours,
        boolean zero,
        Numeric numeric) {
      this(
          id,
          unit,
          scale,
          batchMax,
          windowHours,
          finalWindowHours,
          zero,
          numeric,
          Aggregation.SUM,
          false);
    }

    /** The largest quantity that the other side's number can hold. */
    public long quantityMax() {
      return switch (numeric) {
        case INT32 -> Integer.MAX_VALUE;
        case INT64 -> Long.MAX_VALUE;
      };
    }
  }

  /** How the facts of an hour become its quantity. */
  public enum Aggregation {
    /** Their sum. */
    SUM,
    /** How many they are. */
    COUNT,
    /** The greatest. */
    MAX,
    /** How many different ones there are; each is a hash of what it stands for. */
    UNIQUE,
    /** The one with the latest time. */
    LATEST;

    /** Whether a quantity of 0 says something. */
    public boolean countsZero() {
      return this == COUNT || this == LATEST;
    }
  }

  /**
   * What the other side takes of reports.
   *
   * @param perSecond the most calls a second; empty where it names no limit
   * @param bytesMax the most bytes of one call's body; empty where it names no limit
   */
  public record Calls(Optional<Integer> perSecond, Optional<Integer> bytesMax) {}

  /** The other side's type of number. */
  public enum Numeric {
    INT32,
    INT64
  }
}
