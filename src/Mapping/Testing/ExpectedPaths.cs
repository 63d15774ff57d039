using System.Globalization;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Standards;
using CloudPacs.Mapping.Yaml;

namespace CloudPacs.Mapping.Testing;

/// <summary>
/// Checks what the tests of the maps ask for: a name that is written wrong is never there, so what expects it to be absent would always
/// pass.
/// </summary>
internal sealed class ExpectedPaths(Diagnostics diagnostics)
{
    /// <summary>A path of worklist attributes: <c>ScheduledProcedureStepSequence/2/Modality</c>.</summary>
    public void CheckWorklist(YamlText path)
    {
        foreach (var part in path.Text.Split('/'))
        {
            var isItem = part.Length < 8 && int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _);
            if (isItem || DicomKeywords.Find(part) is not null) continue;
            diagnostics.Add(MapCodes.UnknownAttribute, path.At, null, $"There is no attribute {part}.", DicomKeywords.HintFor(part));
            return;
        }
    }

    /// <summary>A path of a resource: <c>ServiceRequest.identifier[ACSN].value</c>.</summary>
    public void CheckResource(YamlText path)
    {
        var parts = FhirComparer.Split(path.Text);
        var parent = parts[0].Name;
        if (!FhirElements.IsResource(parent))
        {
            diagnostics.Add(
                MapCodes.UnknownElement, path.At, null, $"There is no resource {parent}.",
                Hints.DidYouMean(parent, FhirElements.Resources));
            return;
        }

        foreach (var (name, _) in parts.Skip(1))
        {
            if (name is "length" or "resourceType" or "id") return;
            // An id, and the extensions of a plain value, belong to every element.
            if (name[0] == '_') return;
            if (FhirElements.Find(parent, name) is not { } element)
            {
                diagnostics.Add(
                    MapCodes.UnknownElement, path.At, null, $"{parent} has no element {name}.",
                    Hints.DidYouMean(name, FhirElements.Names(parent)));
                return;
            }

            parent = FhirElements.ContentOf(element);
        }
    }
}
