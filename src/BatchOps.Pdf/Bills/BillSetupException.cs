namespace BatchOps.Pdf.Bills;

/// <summary>Options that can't work. Nothing was sent. The message names the value and the remedy, and holds no key.</summary>
public sealed class BillSetupException : ArgumentException
{
    internal BillSetupException(string message)
        : base(message)
    {
    }
}
