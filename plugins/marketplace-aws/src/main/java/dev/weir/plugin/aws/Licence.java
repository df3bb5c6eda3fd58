package dev.weir.plugin.aws;

import dev.weir.kit.JsonObject;
import dev.weir.spi.Binding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who bought, in the words of both integrations: by account and LicenseArn since 2026, by opaque
 * CustomerIdentifier before.
 *
 * <p>An account may hold several agreements for one product at a time. It is therefore an alias
 * only where there is no licence to tell them apart.
 */
final class Licence {

  static final String PRODUCT = "product";
  static final String ACCOUNT = "account";
  static final String LICENSE = "license";
  static final String CUSTOMER = "customer";

  private static final Pattern ID = Pattern.compile("(?<![A-Za-z0-9])l-[0-9A-Za-z-]+");

  private Licence() {}

  /**
   * The licence's {@code l-…} id: events print the ARN in another form than ResolveCustomer, so
   * ARNs are never compared.
   */
  static Optional<String> id(String arn) {
    Matcher matcher = ID.matcher(arn);
    return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
  }

  /**
   * The binding that ResolveCustomer's answer stands for.
   *
   * @param agreement the agreement's id where the registration form carried it
   */
  static Binding binding(JsonObject resolved, Optional<String> agreement) {
    Optional<String> license = resolved.text("LicenseArn");
    Optional<String> customer = resolved.text("CustomerIdentifier");
    String account = resolved.text("CustomerAWSAccountId").orElse("");
    Map<String, String> attributes = new LinkedHashMap<>();
    attributes.put(PRODUCT, resolved.requireText("ProductCode"));
    if (!account.isEmpty()) {
      attributes.put(ACCOUNT, account);
    }
    license.ifPresent(l -> attributes.put(LICENSE, l));
    customer.ifPresent(c -> attributes.put(CUSTOMER, c));
    String id = license.or(() -> customer).orElse(account);
    List<String> aliases = new ArrayList<>();
    license.flatMap(Licence::id).ifPresent(aliases::add);
    customer.ifPresent(aliases::add);
    if (license.isEmpty() && !account.isEmpty()) {
      aliases.add(account);
    }
    agreement.ifPresent(aliases::add);
    aliases.removeIf(id::equals);
    String name = account.isEmpty() ? "AWS customer " + id : "AWS account " + account;
    return new Binding(id, name, aliases, attributes);
  }

  /** The fields of a usage record that name the buyer; empty where the binding names none. */
  static Map<String, Object> recordFields(Binding binding) {
    Map<String, String> known = binding.attributes();
    Map<String, Object> fields = new LinkedHashMap<>();
    if (known.containsKey(LICENSE) && known.containsKey(ACCOUNT)) {
      fields.put("CustomerAWSAccountId", known.get(ACCOUNT));
      fields.put("LicenseArn", known.get(LICENSE));
    } else if (known.containsKey(CUSTOMER)) {
      fields.put("CustomerIdentifier", known.get(CUSTOMER));
    } else if (known.containsKey(ACCOUNT)) {
      fields.put("CustomerAWSAccountId", known.get(ACCOUNT));
    }
    return fields;
  }

  static boolean hasLicense(Binding binding) {
    return binding.attributes().containsKey(LICENSE) && binding.attributes().containsKey(ACCOUNT);
  }

  /** The filter that finds the buyer's entitlements. Two kinds of identity exclude each other. */
  static Map<String, Object> filter(Binding binding) {
    Map<String, String> known = binding.attributes();
    for (var kind :
        List.of(
            Map.entry(LICENSE, "LICENSE_ARN"),
            Map.entry(CUSTOMER, "CUSTOMER_IDENTIFIER"),
            Map.entry(ACCOUNT, "CUSTOMER_AWS_ACCOUNT_ID"))) {
      if (known.containsKey(kind.getKey())) {
        return Map.of(kind.getValue(), List.of(known.getOrDefault(kind.getKey(), "")));
      }
    }
    return Map.of("CUSTOMER_IDENTIFIER", List.of(binding.id()));
  }
}
