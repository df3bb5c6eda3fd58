package dev.weir.gateway.control;

import static dev.weir.gateway.control.ControlDescription.get;
import static dev.weir.gateway.control.ControlDescription.post;
import static dev.weir.gateway.control.ControlDescription.put;

import dev.weir.core.bill.ChangePlan;
import dev.weir.core.bill.Project;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.catalog.JointProduct;
import dev.weir.core.catalog.Meter;
import dev.weir.core.catalog.Plan;
import dev.weir.core.catalog.PriceBook;
import dev.weir.core.catalog.PriceVersion;
import dev.weir.core.catalog.Product;
import dev.weir.gateway.openapi.Described;
import java.util.List;
import java.util.stream.Stream;

/** Of what is sold, at what price and to whom. */
final class SalesDescription {

  private SalesDescription() {}

  static List<Described> all() {
    return Stream.of(catalog(), pricing(), agreements(), accounts()).flatMap(List::stream).toList();
  }

  private static List<Described> catalog() {
    return List.of(
        get("products", "Every product.").lists(Product.class),
        put("products/{id}", "Adds or changes a product.")
            .body(CatalogRoutes.ProductBody.class)
            .answers(Product.class),
        get("meters", "Everything that is counted.").lists(Meter.class),
        put("meters/{id}", "Adds a meter.")
            .body(CatalogRoutes.MeterBody.class)
            .answers(Meter.class),
        get("plans", "Every plan.").lists(Plan.class),
        get("plans/{id}", "A plan with its prices.").answers(CatalogRoutes.PlanWithPrices.class),
        put("plans/{id}", "Adds or changes a plan.")
            .body(CatalogRoutes.PlanBody.class)
            .answers(Plan.class),
        put("plans/{id}/prices/{version}", "States a price; one that is there never changes.")
            .body(CatalogRoutes.PriceBody.class)
            .answers(PriceVersion.class),
        get("compute-prices", "What a second of a vCPU costs.").answers(ComputePrices.class),
        put("compute-prices", "States what a second of a vCPU costs.")
            .body(ComputePrices.class)
            .answers(ComputePrices.class));
  }

  private static List<Described> pricing() {
    return List.of(
        get("price-books/{channel}", "A channel's factors on its plans' prices, by time.")
            .lists(PriceBook.class),
        put("price-books/{channel}/{version}", "States the next version of a price book.")
            .body(PricingRoutes.BookBody.class)
            .answers(PriceBook.class),
        get("joint-products/{product}", "Who earns of a product, by time.")
            .lists(JointProduct.class),
        put("joint-products/{product}/{version}", "States the next version of who earns.")
            .body(PricingRoutes.JointBody.class)
            .answers(JointProduct.class),
        get("sponsorships", "Who pays for a channel's free use, and what is spent.")
            .lists(PricingRoutes.SponsorshipView.class)
            .query("channel", "Which; required.")
            .query("month", "Of which month, YYYY-MM (default: this one)."),
        put("sponsorships/{id}", "Adds a sponsor; one that is there never changes.")
            .body(PricingRoutes.SponsorBody.class)
            .answers(PricingRoutes.SponsorshipView.class),
        get("codes", "Every code, and how often it was redeemed.")
            .lists(PricingRoutes.CodeView.class),
        get("codes/{code}", "One code.").answers(PricingRoutes.CodeView.class),
        put("codes/{code}", "Adds a discount or gift code; one that is there never changes.")
            .body(PricingRoutes.CodeBody.class)
            .answers(PricingRoutes.CodeView.class));
  }

  private static List<Described> agreements() {
    return List.of(
        post("agreements/{id}/change", "Moves, pauses, resumes or cancels an agreement.")
            .body(AgreementRoutes.ChangeBody.class)
            .answers(AgreementRoutes.TermsView.class),
        post("agreements/{id}/preview", "What a change would charge and give back.")
            .body(AgreementRoutes.ChangeBody.class)
            .answers(ChangePlan.Preview.class),
        post("agreements/{id}/reinstate", "Serves a suspended agreement though it has not paid.")
            .answers(AgreementRoutes.TermsView.class),
        get("agreements/{id}/credits", "Credit, in the order in which it is used.")
            .answers(AgreementRoutes.CreditsView.class),
        post("agreements/{id}/credits", "Buys a credit pack that the plan offers.")
            .body(AgreementRoutes.BuyBody.class)
            .answers(201, AgreementRoutes.CreditsView.class),
        post("agreements/{id}/codes", "Redeems a code.")
            .body(AgreementRoutes.RedeemBody.class)
            .answers(PricingRoutes.CodeView.class),
        get("projects", "Every project.").lists(Project.class),
        get("projects/{id}", "A project with its milestones.").answers(Project.class),
        put("projects/{id}", "Agrees a project; one that is agreed never changes.")
            .body(ProjectRoutes.ProjectBody.class)
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/deliver", "It is delivered.")
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/send-back", "The customer does not take it.")
            .body(ProjectRoutes.SendBackBody.class)
            .answers(Project.class),
        post("projects/{id}/milestones/{milestone}/accept", "Accepted: charged once.")
            .answers(Project.class));
  }

  private static List<Described> accounts() {
    return List.of(
        get("customers", "Customers.")
            .lists(dev.weir.core.account.Customer.class)
            .query("channel", "Only those who came through it.")
            .paged(),
        get("agreements", "What customers bought.")
            .lists(AccountRoutes.AgreementView.class)
            .query("channel", "Only those billed through it.")
            .paged(),
        post("agreements", "Sells a plan without a channel in between.")
            .body(AccountRoutes.SaleBody.class)
            .answers(201, AccountRoutes.AgreementView.class),
        get("agreements/{id}", "One agreement.").answers(AccountRoutes.AgreementView.class),
        post("agreements/{id}/end", "Ends an agreement; what was used stays billed.")
            .answers(AccountRoutes.AgreementView.class),
        get("keys", "An agreement's keys, without their secrets.")
            .lists(AccountRoutes.KeyView.class)
            .query("agreement", "Whose; required."),
        post("keys", "A new key, shown this once.")
            .body(AccountRoutes.IssueBody.class)
            .answers(201, AccountRoutes.NewKey.class),
        post("keys/{id}/revoke", "Ends a key at once.").answers(AccountRoutes.KeyView.class),
        post("keys/{id}/rotate", "A new secret; the old one works for a while.")
            .answers(201, AccountRoutes.NewKey.class));
  }
}
