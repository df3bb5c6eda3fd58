package dev.weir.local.simulate;

import dev.weir.core.account.Accounts;
import dev.weir.core.account.Agreement;
import dev.weir.core.account.OpenAgreement;
import dev.weir.core.bill.ChannelTerms;
import dev.weir.core.bill.ReportingLimits;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.Charge;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.core.channel.Bindings;
import dev.weir.core.channel.ChannelBinding;
import dev.weir.core.channel.ChannelKind;
import dev.weir.core.port.Ports;
import dev.weir.loader.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What is sold, to whom, through which channels. */
final class Shop implements Terms {

  static final String AWS = "aws";
  static final String AZURE = "azure";
  static final String GOOGLE = "google";
  static final String PARTNER = "acme";
  static final String DIRECT = "direct";

  /** With a call id that begins with {@code cn-}, a dash between fields would not tell apart. */
  static final String DIRECT_CN = "direct-cn";

  static final String TOKENS = "tokens";
  static final String RESOLVED = "resolved_conversations";
  static final String ENDPOINT = "desk";

  static final String CURRENCY = "CNY";

  /** Where markets take few bytes, a line of this customer's is more than a call may hold. */
  static final String TOO_LONG = "l-3";

  /** What the partner {@link #PARTNER} is paid at least. */
  static final long PAYOUT_MIN_MICROS = 2_000_000_000;

  private static final String PRODUCT = "bot";
  private static final String PLAN = "standard";
  private static final String LATE_PLAN = "late";

  /** Plans with subscriptions, for those whom no market bills. */
  static final String BASIC = "basic";

  static final String PRO = "pro";

  /** What {@link #PRO} costs a month at least by use. */
  static final long COMMITTED_MICROS = 60_000_000_013L;

  private static final Duration UNLIMITED = Duration.ofDays(3650);

  /** Prices that leave remainders wherever something is divided. */
  static final List<Charge.PerUnit> PRICES =
      List.of(
          new Charge.PerUnit(Meter.CALLS.id(), 7, 3_333_337, 1),
          new Charge.PerUnit(TOKENS, 1000, 17_000_003, 1000),
          new Charge.PerUnit(RESOLVED, 0, 50_000_001, 3));

  private static final List<Charge> PACKS =
      List.of(
          new Charge.CreditPack("long", 900_000_001, 1_000_000_003, 45),
          new Charge.CreditPack("short", 300_000_007, 300_000_007, 9));

  private static final List<Charge> BASIC_PRICES =
      List.of(
          new Charge.Flat(2_999_999_937L, Charge.Period.MONTH),
          new Charge.OneTime("setup", 1_000_000_007));

  private static final List<Charge> PRO_PRICES =
      List.of(
          new Charge.PerUnit(Meter.CALLS.id(), 20, 2_111_113, 1),
          new Charge.PerUnit(TOKENS, 0, 9_000_001, 1000),
          new Charge.Flat(7_777_777_771L, Charge.Period.MONTH, Optional.of(15)),
          new Charge.Flat(100_000_000_019L, Charge.Period.YEAR),
          new Charge.OneTime("licence", 5_000_000_029L),
          new Charge.Commitment(COMMITTED_MICROS));

  /** An agreement, with the channels through which it is used and its monthly limits. */
  record Sold(Agreement agreement, List<String> channels, Map<String, Long> limits) {
    String id() {
      return agreement.id();
    }
  }

  private final Map<String, ChannelTerms> terms = new HashMap<>();
  private final List<ChannelTerms> all = new ArrayList<>();
  private final List<Sold> sold = new ArrayList<>();
  private final Map<String, Sold> byId = new HashMap<>();
  private final Catalog catalog;
  private final boolean zeros;
  private final boolean narrow;

  /** Opens. Where books are played, who is billed by us has a plan with subscriptions. */
  Shop(World world, Map<String, Manifest> manifests) {
    Ports ports = world.base();
    zeros = world.plays(Scene.ZEROS);
    narrow = world.plays(Scene.NARROW);
    catalog = new Catalog(ports);
    catalog.put(new Product(PRODUCT, "Bot", ENDPOINT));
    catalog.put(new Meter(TOKENS, "token", 0));
    catalog.put(new Meter(RESOLVED, "conversation", 0));
    catalog.put(new Plan(PLAN, PRODUCT, "Standard", CURRENCY));
    catalog.put(new Plan(LATE_PLAN, PRODUCT, "Late", CURRENCY));
    catalog.put(new ComputePrices(Map.of(CURRENCY, 7L)));
    price(PLAN);
    if (!world.has(Trouble.UNPRICED)) {
      price(LATE_PLAN);
    }
    terms(AWS, ChannelKind.MARKETPLACE, 317, 1234, manifests);
    terms(AZURE, ChannelKind.MARKETPLACE, 300, 0, manifests);
    terms(GOOGLE, ChannelKind.MARKETPLACE, 1501, 3333, manifests);
    terms(PARTNER, ChannelKind.PARTNER, 0, 3333, manifests);
    terms(DIRECT, ChannelKind.SOCIAL, 0, 0, manifests);
    terms(DIRECT_CN, ChannelKind.SOCIAL, 0, 0, manifests);
    subscriptions(BASIC, PRICES, BASIC_PRICES);
    subscriptions(PRO, PRO_PRICES, List.of());
    open(ports, world.plays(Scene.BOOKS) ? BASIC : PLAN);
  }

  private void subscriptions(String plan, List<? extends Charge> use, List<Charge> others) {
    catalog.put(new Plan(plan, PRODUCT, plan, CURRENCY));
    List<Charge> all = new ArrayList<>(use);
    all.addAll(others);
    all.addAll(PACKS);
    catalog.put(new PriceVersion(plan, 1, Instant.EPOCH, all));
  }

  private void price(String plan) {
    catalog.put(new PriceVersion(plan, 1, Instant.EPOCH, List.copyOf(PRICES)));
  }

  /** The prices that were missing. */
  void priceLate() {
    if (catalog.price(LATE_PLAN, 1).isEmpty()) {
      price(LATE_PLAN);
    }
  }

  private void terms(
      String channel, ChannelKind kind, int fee, int share, Map<String, Manifest> manifests) {
    ChannelTerms made =
        new ChannelTerms(
            channel,
            kind,
            fee,
            share,
            share > 0 ? Optional.of(partner(channel)) : Optional.empty(),
            Optional.ofNullable(manifests.get(channel)).map(this::limits));
    terms.put(channel, made);
    all.add(made);
  }

  private static String partner(String channel) {
    return channel.equals(PARTNER) ? PARTNER : "partner-of-" + channel;
  }

  ChannelKind kind(String channel) {
    return of(channel).orElseThrow().kind();
  }

  List<String> channels(ChannelKind kind) {
    return all.stream().filter(t -> t.kind() == kind).map(ChannelTerms::channelId).toList();
  }

  /** Channels of which a partner earns a share. */
  List<String> partnerChannels() {
    return all.stream().filter(t -> t.partner().isPresent()).map(ChannelTerms::channelId).toList();
  }

  private ReportingLimits limits(Manifest manifest) {
    Map<String, ReportingLimits.OfMeter> meters = new HashMap<>();
    int batch = ReportingLimits.BATCH_MAX;
    for (Manifest.Meter meter : manifest.meters().values()) {
      Duration window =
          meter.windowHours() == 0 ? UNLIMITED : Duration.ofHours(meter.windowHours());
      meters.put(
          meter.id(),
          new ReportingLimits.OfMeter(
              meter.scale(),
              window,
              meter.zero(),
              meter.quantityMax(),
              zeros && meter.zeroHourly()));
      batch = Math.min(batch, meter.batchMax());
    }
    return new ReportingLimits(
        batch, manifest.monthEndHours(), meters, manifest.calls().perSecond());
  }

  private void open(Ports ports, String ours) {
    sell(ports, AWS, "l-1", PLAN, "", List.of(AWS), Map.of());
    sell(ports, AWS, "l-2", PLAN, "", List.of(AWS, DIRECT), Map.of(Meter.CALLS.id(), 14L));
    sell(ports, AWS, "l-3", LATE_PLAN, PARTNER, List.of(AWS), Map.of());
    sell(ports, AZURE, "sub-1", PLAN, "", List.of(AZURE), Map.of());
    sell(ports, AZURE, "sub-2", PLAN, PARTNER, List.of(AZURE), Map.of(TOKENS, 30_000L));
    sell(ports, GOOGLE, "entitlement-1", PLAN, "", List.of(GOOGLE), Map.of());
    sell(ports, PARTNER, "customer-1", ours, PARTNER, List.of(PARTNER), Map.of());
    sell(ports, DIRECT, "tenant-1", ours, "", List.of(DIRECT, DIRECT_CN), Map.of());
    sell(ports, DIRECT, "tenant-2", ours, "", List.of(DIRECT), Map.of(Meter.CALLS.id(), 8L));
  }

  private void sell(
      Ports ports,
      String channel,
      String binding,
      String plan,
      String acquiredBy,
      List<String> channels,
      Map<String, Long> limits) {
    Accounts accounts = new Accounts(ports);
    Agreement agreement =
        accounts.openAgreement(
            new OpenAgreement(
                channel,
                binding,
                List.of(),
                Optional.empty(),
                "Customer " + binding,
                PRODUCT,
                plan,
                1,
                CURRENCY,
                acquiredBy.isEmpty() ? Optional.empty() : Optional.of(acquiredBy),
                channel,
                Optional.empty()));
    new Bindings(ports)
        .put(
            new ChannelBinding(
                channel,
                binding,
                binding,
                List.of(),
                Map.of("product", "prod-1", "account", account(binding), "license", binding),
                agreement.startedAt()));
    Sold one = new Sold(agreement, channels, limits);
    sold.add(one);
    byId.put(agreement.id(), one);
  }

  /** One is so long that a market that takes few bytes takes no line of it. */
  private String account(String binding) {
    String account = "account-of-" + binding;
    return narrow && binding.equals(TOO_LONG) ? account.repeat(24) : account;
  }

  List<Sold> sold() {
    return sold;
  }

  Optional<Sold> find(String agreementId) {
    return Optional.ofNullable(byId.get(agreementId));
  }

  /** The agreement that a channel bills under a name. */
  Sold billed(String channel, String binding) {
    return sold.stream()
        .filter(s -> s.agreement().billedThrough().equals(channel))
        .filter(s -> binding.equals(s.agreement().identities().get(channel)))
        .findFirst()
        .orElseThrow(() -> new Violation("channel " + channel + " was told of " + binding));
  }

  Sold pick(Random random) {
    return sold.get(random.nextInt(sold.size()));
  }

  @Override
  public Optional<ChannelTerms> of(String channelId) {
    return Optional.ofNullable(terms.get(channelId));
  }

  @Override
  public List<ChannelTerms> all() {
    return all;
  }
}
