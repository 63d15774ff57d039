using System.Runtime.CompilerServices;
using CloudPacs.Hl7v2;

namespace CloudPacs.Mapping.Functions.DataTypes;

/// <summary>The components of one element, found in one pass; as many as XCN has, the longest type that is read here (2.A.88).</summary>
internal struct ElementComponents
{
    private readonly int _count;
    private Buffer _all;

    public ElementComponents(in Element element) => _count = element.CopyComponents(_all);

    public readonly int Count => _count;

    /// <summary>The component of that number from 1; absent when there is none.</summary>
    public readonly Element this[int number] => number <= _count ? _all[number - 1] : default;

    /// <summary>Its trimmed text, or null.</summary>
    public readonly string? Text(int number) => number <= _count ? ElementText.Value(_all[number - 1]) : null;

    /// <summary>The same as a part of an id, see <see cref="ElementText.Id"/>.</summary>
    public readonly string? Id(int number) => number <= _count ? ElementText.Id(_all[number - 1]) : null;

    [InlineArray(23)]
    private struct Buffer
    {
        private Element _first;
    }
}
