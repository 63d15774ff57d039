using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>The texts of the components of one element.</summary>
internal readonly struct ElementComponents(in Element element)
{
    private readonly ComponentIndex _all = new(element);

    public int Count => _all.Count;

    /// <summary>The component of that number from 1; absent when there is none.</summary>
    public Element this[int number] => _all[number];

    /// <summary>Its trimmed text, or null.</summary>
    public string? Text(int number) => ElementText.Value(_all[number]);

    /// <summary>The same as a part of an id, see <see cref="ElementText.Id"/>.</summary>
    public string? Id(int number) => ElementText.Id(_all[number]);
}
