namespace CloudPacs.Store.Performed;

/// <summary>What kind of number names an order.</summary>
public enum AwaitedKind
{
    Placer,
    Filler,
    Accession,
    Study,
}

/// <summary>A number of an order that has not come, whoever gave it.</summary>
public readonly record struct AwaitedNumber(AwaitedKind Kind, string Value)
{
    private const string Letters = "pfas";

    /// <summary>One letter for the kind, and the number.</summary>
    public override string ToString() => Letters[(int)Kind] + Value;

    internal static AwaitedNumber Parse(string text) =>
        new((AwaitedKind)Letters.IndexOf(text[0], StringComparison.Ordinal), text[1..]);
}
