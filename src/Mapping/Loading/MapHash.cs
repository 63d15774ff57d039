using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using CloudPacs.Mapping.Rules;
using CloudPacs.Mapping.Values;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>The version of a flat map: a hash of all that decides its results, without places and notes.</summary>
internal static class MapHash
{
    public static string Of(IReadOnlyList<FlatMap> maps, MapSettings settings)
    {
        var text = new StringBuilder();
        foreach (var map in maps)
        {
            text.Append(CultureInfo.InvariantCulture, $"map {map.Name}@{map.Version} {map.Per}\n");
            foreach (var rule in map.Rules) Append(text, rule);
        }

        text.Append(settings.Policy).Append('\n').Append(settings.Zone.Id).Append(settings.SiteZone.Id).Append(settings.Site)
            .Append(settings.BaseUri).Append('\n');
        text.AppendJoin(',', settings.Policy.ArrivalEvents);
        foreach (var (name, value) in settings.Vars.OrderBy(var => var.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");
        foreach (var table in settings.Tables.Values.OrderBy(table => table.Name, StringComparer.Ordinal))
        {
            text.Append(table.Name).Append('\n');
            foreach (var row in table.Rows.OrderBy(row => row.From, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"{row.From}\t{row.To}\t{row.System}\t{row.Display}\n");
        }

        foreach (var row in settings.Catalogue.Rows.OrderBy(row => row.Code, StringComparer.Ordinal))
        {
            text.Append(row.Code);
            foreach (var (column, cell) in row.Cells.OrderBy(cell => cell.Key, StringComparer.Ordinal))
                text.Append(CultureInfo.InvariantCulture, $"\t{column}={cell}");
            text.Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 8));
    }

    private static void Append(StringBuilder text, RuleSource rule)
    {
        text.Append(CultureInfo.InvariantCulture, $"rule {rule.Id} {(rule.Off is null ? "on" : "off")}\n");
        foreach (var (key, entry) in rule.Keys.OrderBy(key => key.Key, StringComparer.Ordinal))
        {
            if (key is not ("note" or "rules")) Append(text.Append(key).Append(": "), entry.Value);
        }

        foreach (var child in rule.Children) Append(text.Append("  "), child);
    }

    private static void Append(StringBuilder text, YamlValue value)
    {
        switch (value)
        {
            case YamlText leaf: text.Append(leaf.Text).Append('\n'); break;
            case YamlList list: foreach (var item in list.Items) Append(text.Append("- "), item); break;
            case YamlMap map: foreach (var entry in map.Entries) Append(text.Append(entry.Key.Text).Append(": "), entry.Value); break;
        }
    }
}
