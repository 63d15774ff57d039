using System.Collections.Frozen;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Functions;
using CloudPacs.Mapping.Loading;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Tests;

/// <summary>Calls single functions on parts of a real message, with the base tables.</summary>
internal sealed class FunctionBench
{
    private static readonly Lazy<FrozenDictionary<string, MapTable>> BaseTables = new(ReadBaseTables);

    private readonly MapSink _sink = new(sequence => $"<{sequence}>");
    private readonly EvalContext _context;

    public FunctionBench(string segments, SenderPolicy? policy = null, string zone = "Asia/Kolkata", string msh7 = "20260310083015+0530",
        Catalogue? catalogue = null, IReadOnlyDictionary<string, MapTable>? tables = null)
    {
        var text = $"MSH|^~\\&|HIS|MERCY|||{msh7}||ORM^O01|1|P|2.5.1|||||IND|UNICODE UTF-8\r{segments.ReplaceLineEndings("\r")}\r";
        if (!Message.TryParse(Encoding.UTF8.GetBytes(text), ParseOptions.Default, out var message, out var problem)) throw new InvalidOperationException(problem.Text);
        Message = message;
        var all = BaseTables.Value.ToDictionary();
        foreach (var (name, table) in tables ?? new Dictionary<string, MapTable>()) all[name] = table;
        var settings = new MapSettings
        {
            Sender = "his",
            Site = "Mercy",
            Policy = policy ?? new SenderPolicy(),
            Zone = TimeZoneInfo.FindSystemTimeZoneById(zone),
            SiteZone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata"),
            BaseUri = "https://pacs.test",
            InstallationNamespace = Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8"),
            Vars = FrozenDictionary<string, MapValue>.Empty,
            Tables = all.ToFrozenDictionary(),
            Catalogue = catalogue ?? Catalogue.Empty,
        };
        _context = new EvalContext(settings, message, new OrderGroups(message), DateTimeOffset.Parse("2026-03-10T08:30:20+05:30", null), _sink, 0, null);
    }

    public Message Message { get; }

    public IReadOnlyList<string> Warnings => [.. _sink.Warnings.Select(static warning => warning.Text)];

    public RuleFailure? Failure => _context.Failure;

    public IReadOnlyList<(string Table, string Key)> Misses => _sink.Misses;

    public MapValue Node(string path) => MapValue.Node(Message.Get(FieldPath.Parse(path)));

    public MapValue All(string path)
    {
        var field = Message.Get(FieldPath.Parse(path));
        return MapValue.List(MapKind.Node, Enumerable.Range(1, field.RepetitionCount).Select(n => MapValue.Node(field.Repetition(n))));
    }

    public MapValue Table(string name) => MapValue.Table(_context.Settings.Tables[name]);

    public MapValue Call(string function, params MapValue[] arguments)
    {
        if (!FunctionTable.Default.TryGet(function, out var known)) throw new ArgumentException($"There is no function {function}.");
        var all = new MapValue[Math.Max(arguments.Length, known.Parameters.Length)];
        for (var i = 0; i < arguments.Length; i++)
            all[i] = known.Parameters[i].Kind == MapKind.Text && arguments[i].Kind == MapKind.Node ? MapValue.Text(arguments[i].AsText()) : arguments[i];
        return known.Invoke(_context, all);
    }

    public string? Json(string function, params MapValue[] arguments) => Call(function, arguments).AsJson() is { IsEmpty: false } json ? Encoding.UTF8.GetString(json) : null;

    public static string Root
    {
        get
        {
            var folder = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(folder, "CloudPacs.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository is not above the tests.");
            return folder;
        }
    }

    private static FrozenDictionary<string, MapTable> ReadBaseTables()
    {
        var diagnostics = new Diagnostics();
        var layers = new TableLayers(diagnostics);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "mappings", "base", "tables"), "*.csv"))
            layers.AddFile("base/tables/" + Path.GetFileName(file), File.ReadAllText(file));
        return layers.Freeze().Tables;
    }
}
