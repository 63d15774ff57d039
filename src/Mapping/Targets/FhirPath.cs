using CloudPacs.Mapping.Compilation;
using CloudPacs.Mapping.Findings;
using CloudPacs.Mapping.Language;
using CloudPacs.Mapping.Standards;

namespace CloudPacs.Mapping.Targets;

/// <summary>A FHIR target checked against R4: the element of each step.</summary>
internal sealed record FhirPath(string Resource, IReadOnlyList<TargetStep> Steps, IReadOnlyList<FhirElement> Elements)
{
    public FhirElement Last => Elements[^1];

    /// <summary>A list may fill the target: the last element repeats and no item of it is named.</summary>
    public bool TakesList => Last.Repeats && Steps[^1].Key is TargetKey.None or TargetKey.New;

    public string Name =>
        Resource + "." + string.Join('.', Steps.Select(step => step.Key == TargetKey.Name ? $"{step.Name}[{step.KeyName}]" : step.Name));

    public static FhirPath? Compile(TargetPath target, CompileScope scope, Func<int, Position> at)
    {
        if (!FhirElements.IsResource(target.Root))
        {
            scope.Report(MapCodes.UnknownElement, at(0), $"{target.Root} is no FHIR resource that maps write.",
                Hints.DidYouMean(target.Root, FhirElements.Resources));
            return null;
        }

        var elements = new List<FhirElement>();
        var steps = new List<TargetStep>();
        var parent = target.Root;
        foreach (var step in target.Steps)
        {
            // In JSON the extensions of a primitive stand in a property beside it, with an underscore (R4 json.html, 2.6.2.2).
            if (FhirElements.IsPrimitive(parent) && step.Name is "extension" && elements.Count > 0)
            {
                steps[^1] = steps[^1] with { Name = "_" + steps[^1].Name };
                elements[^1] = elements[^1] with { Type = "Element" };
                elements.Add(new FhirElement(elements[^1].Path + ".extension", "Extension", true, false, []));
                steps.Add(step);
                parent = "Extension";
                continue;
            }

            if (FhirElements.IsPrimitive(parent) || FhirElements.Find(parent, step.Name) is not { } element)
            {
                var hint = FhirElements.IsPrimitive(parent)
                    ? $"{parent} is a primitive type and has no parts."
                    : Hints.DidYouMean(step.Name, FhirElements.Names(parent));
                scope.Report(MapCodes.UnknownElement, at(step.Offset), $"{target.Text}: {parent} has no element {step.Name} in R4.", hint);
                return null;
            }

            if (step.Key is not (TargetKey.None or TargetKey.Bound) && !element.Repeats)
            {
                scope.Report(MapCodes.UnknownElement, at(step.Offset), $"{element.Path} does not repeat.", "Take the [ ] out.");
                return null;
            }

            elements.Add(element);
            steps.Add(step);
            parent = FhirElements.ContentOf(element);
        }

        var path = new FhirPath(target.Root, steps, elements);
        return path.IsForMaps(target, scope, at) ? path : null;
    }

    /// <summary>What follows from rows is made from rows only, and ids of list items are the engine's.</summary>
    private bool IsForMaps(TargetPath target, CompileScope scope, Func<int, Position> at)
    {
        var first = Steps[0];
        if (Elements[0].Repeats && Steps.Count > 1 && Steps[1].Name == "id")
        {
            scope.Report(MapCodes.OwnedElement, at(Steps[1].Offset), $"{target.Text}: the ids of list items are given by the engine.",
                "Take the rule out.");
            return false;
        }

        var made = scope.Settings.Owned;
        var owned = made.FirstOrDefault(elements => elements.ResourceType == Resource);
        if (owned is null && made.Count > 0)
        {
            scope.Report(MapCodes.UnmadeResource, at(0), $"{target.Text} would be lost: the engine makes no {Resource} resources.",
                $"It makes {string.Join(", ", made.Select(static elements => elements.ResourceType))}.");
            return false;
        }

        if (owned is null || !(owned.Owns(first.Name) || (first.Key == TargetKey.Name && owned.OwnsItem(first.Name, first.KeyName))))
            return true;
        scope.Report(MapCodes.OwnedElement, at(first.Offset),
            $"{target.Text} follows from what the engine has stored and is not written by maps.",
            "Take the rule out; "
                + (owned.Owns(first.Name) ? "another value can stand in an extension of the resource."
                : $"give the item another name, such as {first.Name}[other], to add one."));
        return false;
    }
}
