package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.JsonLines;
import dev.weir.tck.sim.SimRefusal;
import dev.weir.tck.sim.Simulator;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Listings, purchases and registration tokens. Not thread-safe: its owner's lock guards it. */
final class Market {

  /** The product that is listed from the start. */
  static final String PRODUCT_CODE = "weir1support2example3";

  private final InstantSource clock;
  private final JsonLines journal;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Product> products = new LinkedHashMap<>();
  private final Map<String, Agreement> agreements = new LinkedHashMap<>();
  private final Map<String, Token> tokens = new LinkedHashMap<>();
  private Mode mode = Mode.documented();

  private record Token(String agreementId, Instant madeAt, boolean used) {}

  Market(InstantSource clock, JsonLines journal) {
    this.clock = clock;
    this.journal = journal;
    list(
        new Product(
            PRODUCT_CODE, Set.of("calls", "resolved_conversations"), Product.Identity.LICENSE));
    for (JsonNode line : journal.all()) {
      Agreement agreement = Simulator.JSON.convertValue(line, Wire.class).agreement();
      agreements.put(agreement.id(), agreement);
    }
  }

  Instant now() {
    return clock.instant();
  }

  Mode mode() {
    return mode;
  }

  void mode(Mode next) {
    mode = next;
  }

  void list(Product product) {
    products.put(product.code(), product);
  }

  Optional<Product> findProduct(String code) {
    return Optional.ofNullable(products.get(code));
  }

  Product product(String code) {
    return findProduct(code).orElseThrow(() -> new SimRefusal(404, "no product " + code));
  }

  Agreement agreement(String id) {
    return Optional.ofNullable(agreements.get(id))
        .orElseThrow(() -> new SimRefusal(404, "no agreement " + id));
  }

  List<Agreement> agreements() {
    return List.copyOf(agreements.values());
  }

  Optional<Agreement> byLicense(String arn) {
    return agreements.values().stream().filter(a -> arn.equals(a.licenseArn())).findFirst();
  }

  Optional<Agreement> byCustomer(String productCode, String identifierOrAccount) {
    return agreements.values().stream()
        .filter(a -> a.productCode().equals(productCode))
        .filter(a ->
            identifierOrAccount.equals(a.customerIdentifier())
                || identifierOrAccount.equals(a.account()))
        .findFirst();
  }

  /** A buyer subscribes. {@code account} null makes a new one. */
  Agreement subscribe(
      String productCode, @Nullable String account, List<Agreement.Entitlement> entitlements) {
    Product.Identity identity = product(productCode).identity();
    String buyer = account != null ? account : digits(12);
    String license = "arn:aws:license-manager::" + digits(12) + ":license:l-" + hex(16);
    Agreement agreement =
        new Agreement(
            "agmt-" + hex(13).substring(1),
            productCode,
            buyer,
            identity == Product.Identity.LEGACY ? null : license,
            identity == Product.Identity.LICENSE ? null : identifier(productCode, buyer),
            now(),
            entitlements,
            null);
    keep(agreement);
    return agreement;
  }

  /** One opaque identifier for one buyer of one product, whatever he buys there. */
  private String identifier(String productCode, String buyer) {
    return byCustomer(productCode, buyer)
        .map(Agreement::customerIdentifier)
        .orElseGet(() -> "cust" + hex(8));
  }

  Agreement deprovision(String agreementId) {
    Agreement gone = agreement(agreementId).deprovisioned(now());
    keep(gone);
    return gone;
  }

  private void keep(Agreement agreement) {
    agreements.put(agreement.id(), agreement);
    journal.append(Wire.of(agreement));
  }

  /** What the buyer's browser carries to the seller. */
  String token(Agreement agreement) {
    byte[] bytes = new byte[48];
    random.nextBytes(bytes);
    // Real tokens are base 64 with characters that a form must escape.
    String token = java.util.Base64.getEncoder().encodeToString(bytes) + "+/=";
    tokens.put(token, new Token(agreement.id(), now(), false));
    return token;
  }

  /** {@code ResolveCustomer}. */
  ObjectNode resolve(JsonNode request) {
    String presented = request.path("RegistrationToken").asText();
    Token token = tokens.get(presented);
    if (token == null) {
      throw AwsError.client("InvalidTokenException", "Registration token is invalid.");
    }
    boolean old = now().isAfter(token.madeAt().plus(mode.tokenLife()));
    if (old || (token.used() && mode.tokens() == Mode.Tokens.SINGLE)) {
      throw AwsError.client(
          "ExpiredTokenException", old ? "token has expired" : "token was resubmitted");
    }
    tokens.put(presented, new Token(token.agreementId(), token.madeAt(), true));
    Agreement agreement = agreement(token.agreementId());
    ObjectNode answer =
        Simulator.JSON
            .createObjectNode()
            .put("ProductCode", agreement.productCode())
            .put("CustomerAWSAccountId", agreement.account());
    if (agreement.licenseArn() != null) {
      answer.put("LicenseArn", agreement.licenseArn());
    }
    if (agreement.customerIdentifier() != null) {
      answer.put("CustomerIdentifier", agreement.customerIdentifier());
    }
    return answer;
  }

  private String digits(int count) {
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < count; i++) {
      digits.append((char) ('0' + (i == 0 ? 1 + random.nextInt(9) : random.nextInt(10))));
    }
    return digits.toString();
  }

  private String hex(int bytes) {
    byte[] raw = new byte[bytes];
    random.nextBytes(raw);
    return HexFormat.of().formatHex(raw);
  }

  /** An agreement as a line of the journal and as the control routes show it. */
  record Wire(
      String agreementId,
      String productCode,
      String account,
      @Nullable String licenseArn,
      @Nullable String customerIdentifier,
      String startedAt,
      ArrayNode entitlements,
      @Nullable String deprovisionedAt) {

    static Wire of(Agreement a) {
      ArrayNode rights = Simulator.JSON.createArrayNode();
      for (Agreement.Entitlement e : a.entitlements()) {
        rights
            .addObject()
            .put("dimension", e.dimension())
            .put("value", e.value())
            .put("expires", e.expiresAt().toString());
      }
      Instant gone = a.deprovisionedAt();
      return new Wire(
          a.id(),
          a.productCode(),
          a.account(),
          a.licenseArn(),
          a.customerIdentifier(),
          a.startedAt().toString(),
          rights,
          gone == null ? null : gone.toString());
    }

    Agreement agreement() {
      return new Agreement(
          agreementId,
          productCode,
          account,
          licenseArn,
          customerIdentifier,
          Instant.parse(startedAt),
          rights(entitlements),
          deprovisionedAt == null ? null : Instant.parse(deprovisionedAt));
    }

    static List<Agreement.Entitlement> rights(JsonNode list) {
      List<Agreement.Entitlement> rights = new ArrayList<>();
      for (JsonNode e : list) {
        rights.add(
            new Agreement.Entitlement(
                e.path("dimension").asText(),
                e.path("value").asLong(),
                Instant.parse(e.path("expires").asText("2099-01-01T00:00:00Z"))));
      }
      return rights;
    }
  }
}
