using System.Globalization;
using System.Text;

namespace CloudPacs.Fhir.Formats;

/// <summary>Where a reader or writer is, to be said when something is wrong; as a FHIRPath (FHIR R4 fhirpath.html).</summary>
internal sealed class CurrentPlace
{
    /// <summary>How deep elements may be nested: far more than any resource of the standard needs, and far less than a stack has.</summary>
    public const int MaxDepth = 100;

    private readonly List<(string Name, int Index)> _steps = [];

    public void Push(string name, int index = -1)
    {
        _steps.Add((name, index));
        if (_steps.Count > MaxDepth) throw Wrong($"The elements are nested deeper than {MaxDepth}.");
    }

    public void Pop() => _steps.RemoveAt(_steps.Count - 1);

    public FhirFormatException Wrong(string problem) => new(ToString(), problem);

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, index) in _steps)
        {
            if (text.Length > 0) text.Append('.');
            text.Append(name);
            if (index >= 0) text.Append(CultureInfo.InvariantCulture, $"[{index}]");
        }

        return text.ToString();
    }
}
