using System.Buffers;
using System.Text;
using CloudPacs.Hl7v2;
using CloudPacs.Mapping.Evaluation;
using CloudPacs.Mapping.Values;

namespace CloudPacs.Mapping.Compilation;

/// <summary>Reads one part of the message, for expressions that are this part, or its text, and nothing else.</summary>
internal abstract class ElementReader
{
    private static readonly SearchValues<char> PlainLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789");

    public abstract Element Read(EvalContext context);

    /// <summary>The part or its text; a part that is not there, as most are, is no value to be made first.</summary>
    public MapValue Value(EvalContext context, bool isText)
    {
        var element = Read(context);
        return element.Length == 0 ? MapValue.Absent : isText ? Coercion.TextOf(element) : MapValue.Node(element);
    }

    public MapValue Node(EvalContext context) => MapValue.Node(Read(context));

    /// <summary>The text with its three states, see <see cref="Coercion.TextOf"/>.</summary>
    public MapValue Text(EvalContext context) => Coercion.TextOf(Read(context));

    public bool Exists(EvalContext context) => Read(context).State == ValueState.Value;

    /// <summary>The text of <see cref="Text"/> alone.</summary>
    public string? Words(EvalContext context)
    {
        var element = Read(context);
        return element.Length == 0 || element.Unpadded is not { } text || string.IsNullOrWhiteSpace(text) ? null : text;
    }

    /// <summary>Whether the part is <c>""</c> as a whole; what does not begin so needs no second look.</summary>
    public bool IsNull(EvalContext context)
    {
        var element = Read(context);
        return element.Raw is [(byte)'"', ..] && element.State == ValueState.Null;
    }

    /// <summary>Tells whether the text is that one; null when comparing bytes could tell otherwise than comparing texts.</summary>
    public Func<EvalContext, bool>? TextIs(string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAnyExcept(PlainLetters)) return null;
        var bytes = Encoding.ASCII.GetBytes(text);
        return context => Is(Read(context), bytes, text);
    }

    /// <summary>Of a field that is <c>""</c> all parts are: it deletes the whole.</summary>
    protected static Element Below(Element element, int component, int subComponent)
    {
        if (element.Raw is [(byte)'"', ..] && element.State == ValueState.Null) return element;
        if (component > 0) element = element.Component(component);
        return subComponent > 0 ? element.SubComponent(subComponent) : element;
    }

    private static bool Is(in Element element, byte[] bytes, string text)
    {
        if (element.Length == 0 || element.State != ValueState.Value) return false;
        // Bytes that switch between character sets are nothing to compare by, and blanks around it do not count.
        return element.Raw.ContainsAnyExceptInRange((byte)' ', (byte)'~') || element.Raw is [.., (byte)' '] or [(byte)' ', ..]
            ? element.Unpadded == text
            : element.TextEquals(bytes);
    }
}

/// <summary>A field, or a part of its first repetition, of the one segment that a path finds.</summary>
internal sealed class FieldReader(SegmentSelector segment, int field, int component, int subComponent) : ElementReader
{
    private readonly int _place = segment.Place;

    public override Element Read(EvalContext context)
    {
        var element = ((_place >= 0 ? context.FieldsAt(_place) : null) ?? segment.Fields(context)).Field(field);
        return component == 0 || element.Length == 0 ? element : Below(element, component, subComponent);
    }
}

/// <summary>A part of what a pick looks at.</summary>
internal sealed class SubjectReader(int component, int subComponent) : ElementReader
{
    public override Element Read(EvalContext context) => Below(context.Subject.AsNode(), component, subComponent);
}

/// <summary>A part of the item that <c>each</c> gave a name.</summary>
internal sealed class ItemReader(int slot, int component, int subComponent) : ElementReader
{
    public override Element Read(EvalContext context) => Below(context.Locals[slot].AsNode(), component, subComponent);
}
