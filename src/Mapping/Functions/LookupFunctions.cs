using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Functions;

/// <summary>What the site knows: its procedure catalogue and its stations.</summary>
internal static class LookupFunctions
{
    /// <summary>What base maps ask the catalogue for; a site's catalogue may lack any of it, and may have more.</summary>
    private static readonly string[] Columns = ["modality", "station", "stationName", "location", "description", "duration", "contrast",
        "bodySite"];

    public static readonly MapFunction[] All =
    [
        new("catalogue", [MapType.Text, MapType.Name], MapType.Text, (context, arguments) =>
            MapValue.Text(context.LookUp(arguments[0].AsText()!, arguments[1].AsText()!)))
        {
            Check = static (arguments, settings) =>
                arguments[1].AsText() is { } column && !Columns.Contains(column) && !settings.Catalogue.Columns.Contains(column)
                ? (1, $"The catalogue has no column {column}.", Hints.DidYouMean(column, Columns.Union(settings.Catalogue.Columns)))
                : null,
            IsVain = static (arguments, settings) =>
                arguments[1].AsText() is { } column && !settings.Catalogue.Fills(column),
            Help = "catalogue(column): cell of the procedure catalogue in the row of this code",
        },
        new("station", [MapType.Text], MapType.Text, (context, arguments) =>
            MapValue.Text(context.Settings.Tables.TryGetValue("station", out var table) ? table.Find(arguments[0].AsText()!)?.To : null))
        {
            Help = "station(): station name of an AE title by table station",
        },
    ];
}
