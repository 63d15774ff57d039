namespace CloudPacs.Integration.Tests.Performed;

/// <summary>What is answered to a report over DIMSE and over HTTP.</summary>
/// <param name="Report">The report, see <see cref="PerformedReportText"/>.</param>
/// <param name="Status">DIMSE status.</param>
/// <param name="Http">Status code.</param>
/// <param name="Text">Error Comment; of a warning what the Warning header holds.</param>
/// <param name="Attribute">Keyword of the attribute that is named; empty for none.</param>
public sealed record PerformedExchange(string Report, ushort Status, int Http, string Text = "", string Attribute = "");

/// <summary>Reports about one scheduled step, and where they end.</summary>
/// <param name="Exchanges">In their order.</param>
/// <param name="State">Performed Procedure Step Status afterwards; empty when there is no performed step.</param>
/// <param name="StepState">State of the scheduled step afterwards.</param>
/// <param name="IsStrict">The station is one whose reports must have all that the standard asks for.</param>
public sealed partial record PerformedCase(IReadOnlyList<PerformedExchange> Exchanges, string State, string StepState, bool IsStrict)
{
    public override string ToString() =>
        $"{(IsStrict ? "strict" : "lenient")}: {string.Join(", then ", Exchanges.Select(static exchange => exchange.Report))}";
}
