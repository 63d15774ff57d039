using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Loading;

/// <summary>Reads site and sender files.</summary>
internal sealed class LayerReader(Diagnostics diagnostics)
{
    private readonly MapFileReader _maps = new(diagnostics);

    public LayerFile ReadSite(YamlMap yaml, string site)
    {
        var keys = new KeyReader(yaml, diagnostics, "a site file");
        var layer = new LayerFile(site, yaml.At)
        {
            Extends = keys.Texts("extends"),
            Zone = keys.Text("zone"),
            Vars = keys.Map("vars"),
            Policy = keys.Map("policy"),
            Tables = keys.Map("tables"),
            Rules = keys.Map("rules"),
        };
        if (keys.Text("site") is { } name && name.Text != site)
            diagnostics.Add(MapCodes.WrongShape, name.At, null, $"The file of site {site} calls itself {name.Text}.",
                "Let 'site' be the name of the folder, or take it out.");
        keys.Text("note");
        keys.Finish();
        return layer;
    }

    public LayerFile? ReadSender(YamlMap yaml, string fileName)
    {
        var keys = new KeyReader(yaml, diagnostics, "a sender file");
        var name = keys.Text("sender", isRequired: true);
        var layer = new LayerFile(name?.Text ?? fileName, name?.At ?? yaml.At)
        {
            Extends = keys.Texts("extends"),
            Match = keys.Map("match"),
            Zone = keys.Text("zone"),
            Vars = keys.Map("vars"),
            Policy = keys.Map("policy"),
            Tables = keys.Map("tables"),
            Rules = keys.Map("rules"),
            Messages = keys.Map("messages")?.Entries ?? [],
            Maps = ReadMaps(keys.Any("maps")),
        };
        keys.Text("note");
        keys.Finish();
        return name is null ? null : layer;
    }

    /// <summary>The map of a destination; its name is that of its file.</summary>
    public LayerFile? ReadDestination(YamlMap yaml, string fileName)
    {
        var keys = new KeyReader(yaml, diagnostics, "a destination file");
        var name = keys.Text("destination", isRequired: true);
        var layer = new LayerFile(fileName, name?.At ?? yaml.At)
        {
            Extends = keys.Texts("extends"),
            Zone = keys.Text("zone"),
            Vars = keys.Map("vars"),
            Tables = keys.Map("tables"),
            Rules = keys.Map("rules"),
            Maps = ReadMaps(keys.Any("maps")),
        };
        keys.Text("note");
        keys.Finish();
        if (name is null) return null;
        if (name.Text == fileName) return layer;
        diagnostics.Add(MapCodes.WrongShape, name.At, null, $"The file of destination {fileName} calls itself {name.Text}.",
            "Let 'destination' be the name of the file.");
        return null;
    }

    public LayerFile? ReadMessage(YamlEntry message)
    {
        if (message.Value is not YamlMap yaml)
        {
            diagnostics.Add(MapCodes.WrongShape, message.Value.At, null, $"'{message.Key.Text}' must hold keys.",
                "Write rules: and below it what differs for this message type.");
            return null;
        }

        var type = message.Key.Text.Split('^');
        if (type.Length > 2 || type.Any(part => part.Length is < 2 or > 4 || !part.All(char.IsAsciiLetterOrDigit)))
            diagnostics.Add(MapCodes.WrongShape, message.Key.At, null, $"'{message.Key.Text}' is no message type.",
                "Write it as in MSH-9: ORM^O01, or ADT for all its events.");
        var keys = new KeyReader(yaml, diagnostics, "a message part");
        var layer = new LayerFile(message.Key.Text, message.Key.At)
        {
            Vars = keys.Map("vars"),
            Policy = keys.Map("policy"),
            Tables = keys.Map("tables"),
            Rules = keys.Map("rules"),
        };
        keys.Finish();
        return layer;
    }

    private List<MapFile> ReadMaps(YamlValue? value)
    {
        List<MapFile> maps = [];
        if (value is null) return maps;
        if (value is not YamlList list)
        {
            diagnostics.Add(MapCodes.WrongShape, value.At, null, "'maps' is a list.", "Start each with '- map: name@1'.");
            return maps;
        }

        foreach (var item in list.Items)
        {
            if (item is not YamlMap yaml)
                diagnostics.Add(MapCodes.WrongShape, item.At, null, "A map has keys.", "Start it with 'map: name@1'.");
            else if (_maps.Read(yaml) is { } map) maps.Add(map);
        }

        return maps;
    }
}
