namespace CloudPacs.Mapping.Values;

/// <summary>Static type of an expression: a kind, or a list of that kind. Lists do not nest.</summary>
public readonly record struct MapType(MapKind Kind, bool IsList = false)
{
    public static readonly MapType Nothing = new(MapKind.Nothing);
    public static readonly MapType Any = new(MapKind.Any);
    public static readonly MapType Text = new(MapKind.Text);
    public static readonly MapType Number = new(MapKind.Number);
    public static readonly MapType Bool = new(MapKind.Bool);
    public static readonly MapType Code = new(MapKind.Code);
    public static readonly MapType Time = new(MapKind.Time);
    public static readonly MapType Identifier = new(MapKind.Identifier);
    public static readonly MapType Node = new(MapKind.Node);
    public static readonly MapType Segment = new(MapKind.Segment);
    public static readonly MapType Item = new(MapKind.Item);
    public static readonly MapType Json = new(MapKind.Json);
    public static readonly MapType Table = new(MapKind.Table);
    public static readonly MapType Name = new(MapKind.Name);
    public static readonly MapType Pattern = new(MapKind.Pattern);

    /// <summary>A list of this kind.</summary>
    public MapType List => this with { IsList = true };

    /// <summary>One item of this list, or the type itself.</summary>
    public MapType Single => this with { IsList = false };

    /// <summary>
    /// Whether the compiler turns a value of this type into the other without a function: nodes, codes, numbers, times and identifiers read
    /// as text; nothing else.
    /// </summary>
    public bool ReadsAs(MapType other)
    {
        if (Kind == MapKind.Nothing || other.Kind == MapKind.Any) return other.Kind != MapKind.Any || other.IsList || !IsList;
        if (IsList != other.IsList) return false;
        return Kind == other.Kind
            || (other.Kind == MapKind.Text && Kind is MapKind.Node or MapKind.Number or MapKind.Code or MapKind.Identifier)
            && other.Kind == MapKind.Text;
    }

    public override string ToString() => IsList ? $"list of {Word(Kind)}" : Word(Kind);

    private static string Word(MapKind kind) => kind switch
    {
        MapKind.Node => "message node",
        MapKind.Item => "DICOM item",
        MapKind.Json => "FHIR element",
        MapKind.Any => "value",
        _ => kind.ToString().ToLowerInvariant(),
    };
}
