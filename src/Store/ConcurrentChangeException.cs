namespace CloudPacs.Store;

/// <summary>Somebody else changed a row between reading and writing it; doing the whole batch again helps.</summary>
public sealed class ConcurrentChangeException() : Exception("A row was changed by another writer in the meantime.")
{
    internal static void ThrowUnless(bool isUnchanged)
    {
        if (!isUnchanged) throw new ConcurrentChangeException();
    }
}
