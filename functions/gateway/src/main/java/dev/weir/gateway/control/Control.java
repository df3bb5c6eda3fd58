package dev.weir.gateway.control;

import dev.weir.core.bill.Invoices;
import dev.weir.core.bill.ManualPayments;
import dev.weir.core.bill.Payments;
import dev.weir.core.bill.Terms;
import dev.weir.core.catalog.Catalog;
import dev.weir.core.catalog.ComputePrices;
import dev.weir.core.job.ComputeRate;
import dev.weir.core.port.Ports;
import dev.weir.gateway.House;
import dev.weir.gateway.Money;
import dev.weir.gateway.http.Router;

/** All routes of the control API. */
public final class Control {

  private Control() {}

  public static Router routes(House house) {
    Ports ports = house.ports();
    Catalog catalog = new Catalog(ports);
    Terms terms = Money.terms(ports);
    Invoices invoices = new Invoices(ports, terms, Money.ISSUER);
    Router router = new Router();
    EndpointRoutes endpoints = new EndpointRoutes(house);
    new TrainingRoutes(ports, () -> rate(catalog)).addTo(router);
    endpoints.addTo(router);
    new ChannelRoutes(ports, house.publicUrl()).addTo(router);
    new CatalogRoutes(catalog, ports.clock()).addTo(router);
    new PricingRoutes(ports, terms).addTo(router);
    new AgreementRoutes(ports, terms).addTo(router);
    new ProjectRoutes(ports, terms).addTo(router);
    new AccountRoutes(ports).addTo(router);
    new LimitRoutes(ports).addTo(router);
    new UsageRoutes(ports).addTo(router);
    new LineRoutes(ports, terms).addTo(router);
    new StatementRoutes(ports, terms, invoices).addTo(router);
    Payments payments = new Payments(ports, invoices, new ManualPayments());
    new InvoiceRoutes(ports, invoices, payments, Money.ISSUER).addTo(router);
    new PayoutRoutes(ports, terms, Money.ISSUER).addTo(router);
    new SponsorRoutes(ports, Money.ISSUER).addTo(router);
    new LedgerRoutes(house, terms, invoices).addTo(router);
    new IncidentRoutes(house.ports()).addTo(router);
    new NoticeRoutes(house).addTo(router);
    new InsightRoutes(house, terms, invoices, endpoints).addTo(router);
    return router;
  }

  /** What a job's compute costs: in dollars where there is such a price, else in what there is. */
  private static ComputeRate rate(Catalog catalog) {
    ComputePrices prices = catalog.computePrices();
    String currency = prices.microsPerVcpuSecond("USD") > 0 ? "USD" : "CNY";
    return new ComputeRate(
        currency, prices.microsPerVcpuSecond(currency), prices.microsPerGpuSecond(currency));
  }
}
