using System.Globalization;
using System.Text;

namespace CloudPacs.Fhir.Validation;

/// <summary>Collects problems with their places; the text of a place is made when there is a problem only.</summary>
internal sealed class ProblemList
{
    /// <summary>Whoever sends thousands of errors reads the first ones.</summary>
    public const int Most = 50;

    private readonly List<FhirProblem> _problems = [];
    private (string Name, int Index)[] _path = new (string, int)[32];
    private int _depth;

    public bool IsFull => _problems.Count >= Most;

    public int Depth => _depth;

    public void Begin(string root)
    {
        _depth = 0;
        Push(root);
    }

    public void Push(string name)
    {
        if (_depth == _path.Length) Array.Resize(ref _path, _depth * 2);
        _path[_depth++] = (name, -1);
    }

    public void At(int index) => _path[_depth - 1].Index = index;

    public void Pop() => _depth--;

    public void Add(string code, string text, string? member = null) => AddAt(ProblemSeverity.Error, code, Expression(member), text);

    public void AddAt(ProblemSeverity severity, string code, string expression, string text)
    {
        if (!IsFull) _problems.Add(new FhirProblem(severity, code, expression, text));
    }

    /// <summary>The place in FHIRPath.</summary>
    public string Expression(string? member = null)
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _path.AsSpan(0, _depth))
        {
            if (text.Length > 0) text.Append('.');
            text.Append(name);
            if (index >= 0) text.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }

        if (member is not null && text.Length > 0) text.Append('.');
        return text.Append(member).ToString();
    }

    public IReadOnlyList<FhirProblem> Take()
    {
        if (_problems.Count == 0) return [];
        FhirProblem[] taken = [.. _problems];
        _problems.Clear();
        return taken;
    }
}
