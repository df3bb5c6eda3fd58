package dev.weir.tck.sim.aws;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.weir.tck.sim.Simulator;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** {@code GetEntitlements}, with pages that may be empty and still not be the last. */
final class Entitlements {

  static final int PAGE_MAX = 25;

  private static final Set<String> FILTERS =
      Set.of("CUSTOMER_IDENTIFIER", "CUSTOMER_AWS_ACCOUNT_ID", "LICENSE_ARN", "DIMENSION");

  private final Market market;

  Entitlements(Market market) {
    this.market = market;
  }

  ObjectNode get(JsonNode request) {
    String productCode = request.path("ProductCode").asText();
    if (market.findProduct(productCode).isEmpty()) {
      throw invalid("ProductCode " + productCode + " is not yours");
    }
    JsonNode filter = request.path("Filter");
    checkFilter(filter);
    int pageSize = request.path("MaxResults").asInt(PAGE_MAX);
    if (pageSize < 1 || pageSize > PAGE_MAX) {
      throw invalid("MaxResults " + pageSize + " not in 1.." + PAGE_MAX);
    }
    List<ObjectNode> found = found(productCode, filter);
    return page(found, request, Math.min(pageSize, market.mode().pageSize()));
  }

  private static void checkFilter(JsonNode filter) {
    Set<String> names = new TreeSet<>();
    filter.fieldNames().forEachRemaining(names::add);
    if (!FILTERS.containsAll(names)) {
      throw invalid("unknown filter among " + names);
    }
    if (names.contains("CUSTOMER_IDENTIFIER") && names.contains("CUSTOMER_AWS_ACCOUNT_ID")) {
      throw invalid("CUSTOMER_IDENTIFIER excludes CUSTOMER_AWS_ACCOUNT_ID");
    }
  }

  private List<ObjectNode> found(String productCode, JsonNode filter) {
    List<ObjectNode> found = new ArrayList<>();
    for (Agreement a : market.agreements()) {
      boolean matches =
          a.productCode().equals(productCode)
              && a.deprovisionedAt() == null
              && passes(filter.get("LICENSE_ARN"), a.licenseArn())
              && passes(filter.get("CUSTOMER_AWS_ACCOUNT_ID"), a.account())
              && passes(filter.get("CUSTOMER_IDENTIFIER"), a.customerIdentifier());
      if (!matches) {
        continue;
      }
      for (Agreement.Entitlement e : a.entitlements()) {
        if (passes(filter.get("DIMENSION"), e.dimension())) {
          found.add(wire(a, e));
        }
      }
    }
    return found;
  }

  private static boolean passes(@Nullable JsonNode allowed, @Nullable String value) {
    if (allowed == null) {
      return true;
    }
    for (JsonNode one : allowed) {
      if (one.asText().equals(value)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode wire(Agreement a, Agreement.Entitlement e) {
    ObjectNode node =
        Simulator.JSON
            .createObjectNode()
            .put("ProductCode", a.productCode())
            .put("Dimension", e.dimension())
            .put("CustomerAWSAccountId", a.account())
            .put("ExpirationDate", e.expiresAt().getEpochSecond());
    if (a.licenseArn() != null) {
      node.put("LicenseArn", a.licenseArn());
    }
    if (a.customerIdentifier() != null) {
      node.put("CustomerIdentifier", a.customerIdentifier());
    }
    node.putObject("Value").put("IntegerValue", e.value());
    return node;
  }

  private ObjectNode page(List<ObjectNode> found, JsonNode request, int pageSize) {
    // The token counts pages; the first few are empty where the mode says so.
    int page = 0;
    if (request.path("NextToken").isTextual()) {
      try {
        page = Integer.parseInt(request.path("NextToken").asText().substring("page-".length()));
      } catch (IndexOutOfBoundsException | NumberFormatException e) {
        throw invalid("NextToken is not one of ours");
      }
    }
    int empty = market.mode().emptyPages();
    int from = Math.max(0, page - empty) * pageSize;
    int to = page < empty ? from : Math.min(found.size(), from + pageSize);
    ObjectNode answer = Simulator.JSON.createObjectNode();
    ArrayNode list = answer.putArray("Entitlements");
    for (int i = from; i < to; i++) {
      list.add(found.get(i));
    }
    if (page < empty || to < found.size()) {
      answer.put("NextToken", "page-" + (page + 1));
    }
    return answer;
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterException", message);
  }
}
