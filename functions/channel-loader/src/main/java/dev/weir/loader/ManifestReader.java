package dev.weir.loader;

import dev.weir.loader.Manifest.Cover;
import dev.weir.loader.Manifest.Host;
import dev.weir.loader.Manifest.Kind;
import dev.weir.loader.Manifest.Meter;
import dev.weir.loader.Manifest.Numeric;
import dev.weir.loader.Manifest.Secret;
import dev.weir.loader.Manifest.Setting;
import dev.weir.spi.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads a manifest and collects all that is wrong with it, so that an author sees it at once. */
final class ManifestReader {

  private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");
  private static final Pattern NAME = Pattern.compile("[a-z0-9_]{1,64}");
  private static final Pattern HOST = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private static final String OPTIONAL = "optional|";
  private static final String MONTH_END = "report.month_end_hours";
  private static final String CALLS = "report.calls_per_second";
  private static final String BYTES = "report.call_bytes";

  private final InputStream in;
  private final List<String> faults = new ArrayList<>();
  private final Properties properties = new Properties();

  ManifestReader(InputStream in) {
    this.in = in;
  }

  Manifest read() {
    load();
    String id = required("id");
    if (!id.isEmpty() && !ID.matcher(id).matches()) {
      faults.add("id \"" + id + "\" is not [a-z0-9-]{1,64}");
    }
    Kind kind = constant(Kind.class, "kind", required("kind")).orElse(Kind.SOCIAL);
    ApiVersion api = api();
    Set<Capability> capabilities = set(Capability.class, "capabilities");
    Map<String, Setting> settings = new TreeMap<>();
    Map<String, Secret> secrets = new TreeMap<>();
    Map<String, Meter> meters = new TreeMap<>();
    for (String key : new TreeSet<>(properties.stringPropertyNames())) {
      String value = properties.getProperty(key).strip();
      switch (key) {
        case "id",
            "kind",
            "api",
            "capabilities",
            "egress",
            "inbound.ack_ms",
            "signature",
            MONTH_END,
            CALLS,
            BYTES -> {}
        case String k when k.startsWith("setting.") ->
            name(k, "setting.")
                .flatMap(n -> setting(n, value))
                .ifPresent(s -> settings.put(s.name(), s));
        case String k when k.startsWith("secret.") ->
            name(k, "secret.").ifPresent(n -> secrets.put(n, secret(n, value)));
        case String k when k.startsWith("meter.") ->
            name(k, "meter.").flatMap(n -> meter(n, value)).ifPresent(m -> meters.put(m.id(), m));
        default -> faults.add("unknown key " + key);
      }
    }
    List<Host> egress = egress();
    Optional<Integer> ackMs = ackMs();
    Set<Cover> signature = set(Cover.class, "signature");
    Optional<Integer> monthEndHours = number(MONTH_END, 0, 744);
    Manifest.Calls calls =
        new Manifest.Calls(
            number(CALLS, 1, 1000), number(BYTES, 1000, Limits.HTTP_REQUEST_MAX_BYTES));
    checkTogether(capabilities, meters, ackMs, signature);
    checkCount("settings", settings.size());
    checkCount("secrets", secrets.size());
    checkCount("meters", meters.size());
    if (!faults.isEmpty()) {
      throw new PluginRefused(Refusal.MANIFEST, Manifest.PATH + ": " + String.join("; ", faults));
    }
    return new Manifest(
        id,
        kind,
        api,
        capabilities,
        settings,
        secrets,
        egress,
        meters,
        ackMs,
        signature,
        monthEndHours,
        calls);
  }

  private void load() {
    try (in) {
      byte[] bytes = in.readNBytes(Limits.MANIFEST_MAX_BYTES + 1);
      if (bytes.length > Limits.MANIFEST_MAX_BYTES) {
        throw new PluginRefused(
            Refusal.MANIFEST, Manifest.PATH + " > " + Limits.MANIFEST_MAX_BYTES + " B");
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      properties.load(new StringReader(text));
    } catch (IOException | IllegalArgumentException e) {
      throw new PluginRefused(
          Refusal.MANIFEST, Manifest.PATH + " is unreadable: " + e.getMessage(), e);
    }
  }

  private void checkTogether(
      Set<Capability> capabilities,
      Map<String, Meter> meters,
      Optional<Integer> ackMs,
      Set<Cover> signature) {
    if (capabilities.isEmpty()) {
      faults.add("capabilities is empty");
    }
    boolean inbound = capabilities.contains(Capability.INBOUND);
    if (inbound != ackMs.isPresent()) {
      faults.add("inbound.ack_ms goes with the capability inbound");
    }
    if (inbound == signature.isEmpty()) {
      faults.add("signature goes with the capability inbound");
    }
    if (capabilities.contains(Capability.MEASURING) && meters.isEmpty()) {
      faults.add("the capability measuring needs a meter");
    }
  }

  private void checkCount(String what, int count) {
    if (count > Limits.MANIFEST_ENTRIES_MAX) {
      faults.add(what + " " + count + " > " + Limits.MANIFEST_ENTRIES_MAX);
    }
  }

  private ApiVersion api() {
    try {
      return ApiVersion.parse(required("api"));
    } catch (IllegalArgumentException e) {
      faults.add(String.valueOf(e.getMessage()));
      return ApiVersion.CURRENT;
    }
  }

  private String required(String key) {
    String value = properties.getProperty(key, "").strip();
    if (value.isEmpty()) {
      faults.add(key + " is absent");
    }
    return value;
  }

  private Optional<String> name(String key, String prefix) {
    String name = key.substring(prefix.length());
    if (NAME.matcher(name).matches()) {
      return Optional.of(name);
    }
    faults.add(key + " is not " + prefix + "[a-z0-9_]{1,64}");
    return Optional.empty();
  }

  private <E extends Enum<E>> Optional<E> constant(Class<E> type, String key, String value) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(value)) {
        return Optional.of(constant);
      }
    }
    if (!value.isEmpty()) {
      faults.add(key + " \"" + value + "\" is none of " + names(type));
    }
    return Optional.empty();
  }

  private static <E extends Enum<E>> List<String> names(Class<E> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(c -> c.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private <E extends Enum<E>> Set<E> set(Class<E> type, String key) {
    Set<E> found = EnumSet.noneOf(type);
    for (String part : list(key)) {
      constant(type, key, part)
          .ifPresent(c -> {
            if (!found.add(c)) {
              faults.add(key + " names " + part + " twice");
            }
          });
    }
    return found;
  }

  private List<String> list(String key) {
    String value = properties.getProperty(key, "").strip();
    return value.isEmpty()
        ? List.of()
        : Arrays.stream(value.split(",", -1)).map(String::strip).toList();
  }

  private List<Host> egress() {
    List<Host> hosts = new ArrayList<>();
    for (String part : list("egress")) {
      int colon = part.lastIndexOf(':');
      int port = colon < 0 ? -1 : integer(part.substring(colon + 1), 1, 65_535);
      if (port < 0 || !HOST.matcher(part.substring(0, Math.max(colon, 0))).matches()) {
        faults.add("egress \"" + part + "\" is not host:port");
      } else {
        hosts.add(new Host(part.substring(0, colon), port));
      }
    }
    checkCount("egress hosts", hosts.size());
    return hosts;
  }

  private Optional<Integer> ackMs() {
    String value = properties.getProperty("inbound.ack_ms", "").strip();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    int ackMs = integer(value, 100, 30_000);
    if (ackMs < 0) {
      faults.add("inbound.ack_ms \"" + value + "\" not in 100..30000");
    }
    return Optional.of(ackMs);
  }

  private Optional<Integer> number(String key, int min, int max) {
    String value = properties.getProperty(key, "").strip();
    if (value.isEmpty()) {
      return Optional.empty();
    }
    int number = integer(value, min, max);
    if (number < 0) {
      faults.add(key + " \"" + value + "\" not in " + min + ".." + max);
    }
    return Optional.of(number);
  }

  private Optional<Setting> setting(String name, String value) {
    String[] parts = value.split("\\|", 4);
    if (parts.length != 4) {
      faults.add("setting." + name + " is not type|required or optional|default|help");
      return Optional.empty();
    }
    Optional<Manifest.Type> type =
        constant(Manifest.Type.class, "setting." + name, parts[0].strip());
    String need = parts[1].strip();
    String fallback = parts[2].strip();
    if (!need.equals("required") && !need.equals("optional")) {
      faults.add("setting." + name + " \"" + need + "\" is neither required nor optional");
    }
    if (need.equals("required") && !fallback.isEmpty()) {
      faults.add("setting." + name + " is required and has a default");
    }
    return type.map(t ->
        new Setting(
            name,
            t,
            need.equals("required"),
            fallback.isEmpty() ? Optional.empty() : Optional.of(fallback),
            parts[3].strip()));
  }

  /** {@code help}, or {@code optional|help}. */
  private static Secret secret(String name, String value) {
    boolean optional = value.startsWith(OPTIONAL);
    String help = optional ? value.substring(OPTIONAL.length()) : value;
    return new Secret(name, !optional, help.strip());
  }

  private Optional<Meter> meter(String id, String value) {
    String[] p = value.split("\\|", -1);
    if (p.length != 7 && p.length != 8) {
      faults.add(
          "meter."
              + id
              + " is not unit|scale|batch|window_hours|final_window_hours|zero|numeric"
              + ", nor that and |aggregation");
      return Optional.empty();
    }
    int scale = integer(p[1].strip(), 0, 9);
    int batch = integer(p[2].strip(), 1, Limits.BATCH_MAX);
    int window = integer(p[3].strip(), 0, 24 * 366);
    int finalWindow = integer(p[4].strip(), 0, 24 * 366);
    String zero = p[5].strip();
    Optional<Numeric> numeric = constant(Numeric.class, "meter." + id, p[6].strip());
    Optional<Manifest.Aggregation> aggregation =
        p.length == 7
            ? Optional.of(Manifest.Aggregation.SUM)
            : constant(Manifest.Aggregation.class, "meter." + id, p[7].strip());
    boolean zeroIsSaid = List.of("yes", "no", "hourly").contains(zero);
    if (scale < 0 || batch < 0 || window < 0 || finalWindow < 0 || !zeroIsSaid) {
      faults.add("meter." + id + " \"" + value + "\" has a value out of range");
      return Optional.empty();
    }
    return numeric.flatMap(n ->
        aggregation.map(a ->
            new Meter(
                id,
                p[0].strip(),
                scale,
                batch,
                window,
                finalWindow,
                !zero.equals("no"),
                n,
                a,
                zero.equals("hourly"))));
  }

  /** The number, or −1 where it is not one within the range. */
  private static int integer(String text, int min, int max) {
    if (!text.matches("\\d{1,9}")) {
      return -1;
    }
    int value = Integer.parseInt(text);
    return value < min || value > max ? -1 : value;
  }
}
