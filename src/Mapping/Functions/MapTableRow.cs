namespace CloudPacs.Mapping.Functions;

/// <summary>One row of a table: what a key becomes, and where the row stands.</summary>
public sealed record MapTableRow(string From, string To, string? System, string? Display, string? Note, string File, int Line)
{
    /// <summary>As a value: a code when the row names a system, else a text; an empty <see cref="To"/> is absent.</summary>
    public MapValue Value => To.Length == 0 ? MapValue.Absent : System is null ? MapValue.Text(To) : MapValue.Code(new MapCode(To, System, Display));
}
