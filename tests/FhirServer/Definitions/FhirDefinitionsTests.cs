using CloudPacs.Fhir.Definitions;
using Xunit;

namespace CloudPacs.FhirServer.Tests.Definitions;

/// <summary>The types of FHIR R4 as the table of the library gives them.</summary>
public sealed class FhirDefinitionsTests
{
    [Fact]
    public void Every_element_has_types_that_exist()
    {
        var unknown = FhirDefinitions.Resources.SelectMany(AllElements).SelectMany(static e => e.Types).Select(static t => t.Name)
            .Where(static name => FhirDefinitions.Find(name) is null).Distinct();

        Assert.Empty(unknown);
        Assert.Equal(146, FhirDefinitions.Resources.Count());
    }

    [Fact]
    public void An_element_without_a_type_of_its_own_has_its_elements_inside()
    {
        var (series, _) = FhirDefinitions.Get("ImagingStudy").Member("series")!.Value;
        var (instance, _) = series.Inside!.Member("instance")!.Value;

        Assert.Equal("ImagingStudy.series", series.Inside.Name);
        Assert.True(series.IsList);
        Assert.False(instance.IsSummary);
        Assert.Equal("Coding", instance.Inside!.Member("sopClass")!.Value.Type.Name);
    }

    [Fact]
    public void A_choice_of_types_is_found_by_the_name_with_the_type()
    {
        var (element, type) = FhirDefinitions.Get("Observation").Member("valueQuantity")!.Value;

        Assert.Equal(("value", "Quantity"), (element.Name, type.Name));
        Assert.Null(FhirDefinitions.Get("Observation").Member("value"));
        Assert.Null(FhirDefinitions.Get("Observation").Member("valueMoney"));
    }

    [Fact]
    public void An_element_that_repeats_another_one_has_its_elements()
    {
        var component = FhirDefinitions.Get("Observation").Member("component")!.Value.Element.Inside!;
        var range = component.Member("referenceRange")!.Value.Element;

        Assert.Same(FhirDefinitions.Get("Observation").Member("referenceRange")!.Value.Element.Inside, range.Inside);
    }

    [Fact]
    public void A_reference_names_what_it_may_point_to()
    {
        var subject = FhirDefinitions.Get("ImagingStudy").Member("subject")!.Value;

        Assert.Equal(["Patient", "Device", "Group"], subject.Type.Targets);
        Assert.Empty(FhirDefinitions.Get("Provenance").Member("target")!.Value.Type.Targets);
        Assert.Equal(1, subject.Element.Min);
    }

    private static IEnumerable<FhirElement> AllElements(FhirType type) =>
        Nested(type, []);

    private static IEnumerable<FhirElement> Nested(FhirType type, HashSet<FhirType> seen)
    {
        if (!seen.Add(type)) yield break;
        foreach (var element in type.Elements)
        {
            yield return element;
            if (element.Inside is not { } inside) continue;
            foreach (var inner in Nested(inside, seen)) yield return inner;
        }
    }
}
