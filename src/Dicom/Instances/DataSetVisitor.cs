namespace CloudPacs.Dicom;

/// <summary>An element as it begins to pass.</summary>
/// <param name="Tag">Its attribute.</param>
/// <param name="VR">Its representation; that of the dictionary where the data set has none.</param>
/// <param name="Length">Bytes of its value; FFFFFFFFH when only a delimiter tells.</param>
/// <param name="Offset">Where its tag stands, in bytes from the start of the data set.</param>
/// <param name="ValueOffset">Where its value begins, likewise.</param>
/// <param name="Depth">How many sequences are around it.</param>
internal readonly record struct ElementStart(Tag Tag, VR VR, uint Length, long Offset, long ValueOffset, int Depth);

/// <summary>
/// Sees a data set pass, part by part, in the order of its bytes. Values come in as many pieces as they were fed in, an empty one in none.
/// </summary>
internal abstract class DataSetVisitor
{
    /// <summary>Why what it saw cannot go on; null while it can.</summary>
    public virtual string? Error => null;

    /// <summary>It has seen all that it wants to see; whatever follows is not read, and cannot be wrong.</summary>
    public virtual bool IsDone => false;

    /// <summary>An element that is no sequence begins.</summary>
    public virtual void StartElement(in ElementStart element)
    {
    }

    /// <summary>The next bytes of the element or the fragment, as they stand on the wire.</summary>
    public virtual void Value(ReadOnlySpan<byte> piece)
    {
    }

    public virtual void EndElement()
    {
    }

    public virtual void StartSequence(in ElementStart element)
    {
    }

    public virtual void StartItem()
    {
    }

    public virtual void EndItem()
    {
    }

    public virtual void EndSequence()
    {
    }

    /// <summary>An element begins whose value is fragments (PS3.5 A.4).</summary>
    public virtual void StartFragments(in ElementStart element)
    {
    }

    /// <summary>A fragment begins.</summary>
    /// <param name="offset">Where its item tag stands, in bytes from the start of the data set.</param>
    /// <param name="length">Bytes of its value.</param>
    public virtual void StartFragment(long offset, uint length)
    {
    }

    public virtual void EndFragment()
    {
    }

    /// <summary>The last fragment has passed.</summary>
    /// <param name="end">Where the closing delimiter ends, in bytes from the start of the data set.</param>
    public virtual void EndFragments(long end)
    {
    }
}
