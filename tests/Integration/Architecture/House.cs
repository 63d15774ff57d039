using System.Text.RegularExpressions;

namespace CloudPacs.Integration.Tests.Architecture;

/// <summary>
/// The folders below src with the arrows between them: a folder points at another when a file in it names a type, or calls an extension
/// method, that is declared there and whose namespace is in the file's scope.
/// </summary>
internal sealed partial class House
{
    private readonly Dictionary<string, SortedDictionary<string, string>> _arrows = new(StringComparer.Ordinal);

    private House()
    {
    }

    /// <summary>Folders as <c>Project</c>, <c>Project/Folder</c> and so on, in order.</summary>
    public IEnumerable<string> Folders => _arrows.Keys.Order(StringComparer.Ordinal);

    /// <summary>Folders that a folder points at, each with a type that is used of it.</summary>
    public IReadOnlyDictionary<string, string> ArrowsOf(string folder) => _arrows[folder];

    /// <param name="files">Code by its path below src.</param>
    public static House Of(IReadOnlyDictionary<string, string> files)
    {
        var sources = files.Select(static file => Source.Of(file.Key, file.Value)).ToList();
        var homes = sources.SelectMany(static source => source.Declared.Select(name => (name, source))).ToLookup(static pair => pair.name, static pair => pair.source);
        var house = new House();
        foreach (var source in sources)
        {
            if (!house._arrows.TryGetValue(source.Folder, out var arrows)) house._arrows.Add(source.Folder, arrows = new(StringComparer.Ordinal));
            foreach (var (name, scopes) in source.Uses)
            {
                var owners = homes[name].ToList();
                if (owners.Contains(source)) continue;
                foreach (var owner in owners.Where(owner => owner.Folder != source.Folder && scopes.Contains(owner.Namespace))) arrows.TryAdd(owner.Folder, name);
            }
        }

        return house;
    }

    /// <summary>Circles of folders; a library's root, which has its public types, and its own folders may know each other.</summary>
    public IReadOnlyList<string> Circles()
    {
        var circles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var start in Folders)
        {
            var reached = Reachable(start);
            foreach (var other in reached.Where(other => string.CompareOrdinal(start, other) < 0 && Reachable(other).Contains(start)))
                circles.Add($"{start} and {other} reach each other");
        }

        return [.. circles];
    }

    private HashSet<string> Reachable(string start)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([start]);
        while (open.TryPop(out var folder))
        {
            foreach (var next in _arrows[folder].Keys.Where(next => !IsRoot(folder, next) && !IsRoot(next, folder)))
                if (reached.Add(next)) open.Push(next);
        }

        return reached;
    }

    private static bool IsRoot(string project, string folder) =>
        !project.Contains('/', StringComparison.Ordinal) && folder.StartsWith(project + "/", StringComparison.Ordinal);

    /// <summary>A file: what it declares and what it uses, types by their names and extension methods by theirs with a dot before it.</summary>
    private sealed record Source(string Folder, string Namespace, IReadOnlySet<string> Declared, IReadOnlyList<(string Name, IReadOnlySet<string> Scopes)> Uses)
    {
        public static Source Of(string path, string text)
        {
            var code = CommentsAndStrings().Replace(text, "\"\"");
            var home = NamespaceLine().Match(code).Groups[1].Value;
            var scopes = UsingLine().Matches(code).Select(static match => match.Groups[1].Value).ToHashSet(StringComparer.Ordinal);
            for (var part = home; part.Length > 0; part = part.LastIndexOf('.') is var dot and > 0 ? part[..dot] : "") scopes.Add(part);
            var uses = Name().Matches(code).Select(static match => match.Value).Distinct().SelectMany(name => UsesOf(name, scopes)).ToList();
            uses.AddRange(Call().Matches(code).Select(static match => "." + match.Groups[1].Value).Distinct().Select(name => (name, (IReadOnlySet<string>)scopes)));
            var declared = Declaration().Matches(code).Select(static match => match.Groups[1].Value)
                .Concat(Extension().Matches(code).Select(static match => "." + match.Groups[1].Value));
            return new Source(FolderOf(path), home, declared.ToHashSet(StringComparer.Ordinal), uses);
        }

        /// <summary>A bare name in the file's scopes; a dotted one also below each of them: Store.Row is one of CloudPacs.Store.</summary>
        private static IEnumerable<(string, IReadOnlySet<string>)> UsesOf(string name, IReadOnlySet<string> scopes)
        {
            var parts = name.Split('.');
            yield return (parts[0], scopes);
            for (var i = 1; i < parts.Length; i++)
            {
                var inner = string.Join('.', parts[..i]);
                yield return (parts[i], scopes.Select(scope => $"{scope}.{inner}").Append(inner).ToHashSet(StringComparer.Ordinal));
            }
        }

        private static string FolderOf(string path) => path[..path.LastIndexOf('/')];
    }

    [GeneratedRegex("//[^\\n]*|\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex CommentsAndStrings();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"^using (?:static )?([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"\b[A-Z]\w*(?:\.[A-Z]\w*)*\b")]
    private static partial Regex Name();

    [GeneratedRegex(@"\.(\w+)(?:<[\w<>\[\]?,. ]+>)?\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"\b(\w+)(?:<[\w, ]+>)?\(\s*this\s")]
    private static partial Regex Extension();

    [GeneratedRegex(@"^\s*(?:\[[^\]]*\]\s*)?(?:(?:public|internal|private|protected|file|static|sealed|abstract|readonly|partial|ref|unsafe)\s+)*(?:class|struct|interface|enum|record(?:\s+(?:class|struct))?|delegate\s+[\w<>\[\]?,. ]+?)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}
