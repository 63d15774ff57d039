namespace CloudPacs.Integration.Mapping.Functions;

/// <summary>What the site knows: its procedure catalogue and its stations.</summary>
internal static class LookupFunctions
{
    public static readonly MapFunction[] All =
    [
        new("catalogue", [MapType.Text, MapType.Name], MapType.Text, (context, arguments) =>
            MapValue.Text(context.LookUp(arguments[0].AsText()!, arguments[1].AsText()!)))
        {
            Help = "catalogue(column): cell of the procedure catalogue in the row of this code",
        },
        new("station", [MapType.Text], MapType.Text, (context, arguments) =>
            MapValue.Text(context.Settings.Tables.TryGetValue("station", out var table) ? table.Find(arguments[0].AsText()!)?.To : null))
        {
            Help = "station(): station name of an AE title by table station",
        },
    ];
}
