using System.Runtime.CompilerServices;
using CloudPacs.Hl7v2.Text;

namespace CloudPacs.Hl7v2;

/// <summary>
/// Where the components of one element end, found in one pass: for readers that ask for many of them. Of more than there is room for the
/// rest is left out. Ends with the next load of the message.
/// </summary>
public readonly struct ComponentIndex
{
    /// <summary>As many as the longest type of HL7 v2.5.1 has (2.A.88 XCN).</summary>
    private const int Most = 23;

    private readonly Element _whole;
    private readonly Positions _ends;

    public ComponentIndex(in Element element)
    {
        _whole = element.Kind == Element.Level.Field ? element.Repetition(1) : element;
        if (_whole.Length == 0) return;
        var separator = _whole.Kind == Element.Level.Repetition ? _whole.Message!.Delimiters.Component : (byte)0;
        if (separator != 0) Count = Scan.CopyPositions(_whole.Raw, separator, _ends);
        if (Count < Most) _ends[Count++] = _whole.Length;
    }

    /// <summary>How many components there are.</summary>
    public int Count { get; }

    /// <summary>The component of a number from 1; absent when there is none.</summary>
    public Element this[int number]
    {
        get
        {
            if ((uint)(number - 1) >= (uint)Count) return default;
            if (_whole.Kind != Element.Level.Repetition) return _whole.Component(1);
            var start = number == 1 ? 0 : _ends[number - 2] + 1;
            return new Element(_whole.Message!, _whole.Start + start, _ends[number - 1] - start, Element.Level.Component);
        }
    }

    [InlineArray(Most)]
    private struct Positions
    {
        private int _first;
    }
}
