namespace CloudPacs.Store.Messages;

/// <summary>The link that numbers its messages: one sending application and facility (MSH-3, MSH-4) on one listener.</summary>
public readonly record struct SequenceKey(string Listener, string Application, string Facility)
{
    private static readonly Guid Space = new("b9a6f4de-5c0e-4f0b-8f0e-3f6f7a1c2d55");

    /// <summary>Row id: the same on every node, so that the row needs no other key.</summary>
    public Guid Id => Uuid5.Create(Space, string.Join('\u001f', Listener, Application, Facility));
}
