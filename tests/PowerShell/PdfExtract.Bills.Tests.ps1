BeforeDiscovery {
    $missing = foreach ($tool in 'pdftotext', 'tesseract') { if (-not (Get-Command $tool -CommandType Application -ErrorAction Ignore)) { $tool } }
    if ($missing) { Write-Host "Bills are not tested: $($missing -join ', ') missing." }
}

BeforeAll {
    Import-Module "$PSScriptRoot/TestHelpers.psm1" -Force
    $ErrorActionPreference = 'Continue'
    $examples = [System.IO.Path]::GetFullPath("$PSScriptRoot/../../examples")
    Import-Module "$examples/Emulator.psm1", "$examples/SmallPdf.psm1"

    # A bill in the layout that the emulator's model knows.
    function New-Bill([string] $Name, [object[]] $Page) {
        Export-SmallPdf "$TestDrive/$Name.pdf" @(foreach ($rows in $Page) { , (@("Bill No: $Name", 'Currency: EUR', 'Item | Quantity | Rate | Amount') + $rows) })
    }

    New-Bill good @(, @('Paper | 2 | 4.50 | 9.00', 'Ink | 1 | 20.00 | 20.00', 'Total | | | 29.00'))
    New-Bill wrong @(, @('Visit | 1 | 80.00 | 80.00', 'Total | | | 90.00'))
    New-Bill pages @(@('One | 1 | 1.00 | 1.00', 'Carried forward | | | 1.00'), @('Carried forward | | | 1.00', 'Two | 1 | 2.00 | 2.00', 'Total | | | 3.00'))
    New-Bill many @(1..30 | ForEach-Object { , @("Row $_ | 1 | 1.00 | 1.00") })

    function Get-Document($Objects) { $Objects | Where-Object { $_.pstypenames -contains 'BatchOps.BillDocument' } }
}

Describe 'Invoke-PdfExtract -As Bill' -Skip:([bool] $missing) {
    BeforeAll {
        $service = Start-Emulator chat --latency, 20, --api-key, canary-key-secret
        $bill = @{ As = 'Bill'; Endpoint = [uri]::new($service.Address, 'v1'); Model = 'bill'; ApiKey = ConvertTo-SecureString canary-key-secret -AsPlainText -Force; RetryDelaySeconds = 0.05 }
        Push-Location $TestDrive
    }
    AfterAll { Pop-Location; $service.Stop() }
    BeforeEach { $null = Get-EmulatorStats $service.Address -Reset }

    It 'reads the rows of a page, and says whether they come to the printed total' {
        $page, $file = Invoke-PdfExtract good.pdf @bill
        $page.pstypenames[0] | Should -Be 'BatchOps.BillPage'
        $page.Items.Name | Should -Be 'Paper', 'Ink'
        $page.Items[0].Quantity | Should -Be 2
        $page.Items[0].AmountAsPrinted | Should -Be '9.00'
        $page.PrintedTotals[0].Amount | Should -Be 29
        $page.TokenUsage.Total | Should -BeGreaterThan 0
        $file.Reconciled | Should -BeTrue
        $file.ReconciledTotal | Should -Be 29
        $file.Difference | Should -Be 0
        (Get-EmulatorStats $service.Address).requests | Should -Be 1
    }

    It 'tells what does not add up, by how much' {
        $file = Get-Document (Invoke-PdfExtract wrong.pdf @bill)
        $file.Reconciled | Should -BeFalse
        $file.Difference | Should -Be ([decimal] -10)
        $file.Reasons | Should -Not -BeNullOrEmpty
    }

    It 'counts carried sums once, over pages in any order' {
        $file = Get-Document (Get-Item pages.pdf, good.pdf | Invoke-PdfExtract @bill)
        ($file | Where-Object Path -Like '*pages.pdf').ReconciledTotal | Should -Be 3
        $file.Reconciled | Should -Be $true, $true
    }

    It 'shows pages without text as pictures' {
        & pdftoppm -r 300 -jpeg -singlefile good.pdf scan
        $jpeg = [System.IO.File]::ReadAllBytes("$TestDrive/scan.jpg")
        $stream = [System.IO.MemoryStream]::new()
        $write = { param($text) $bytes = [System.Text.Encoding]::Latin1.GetBytes($text); $stream.Write($bytes, 0, $bytes.Length) }
        & $write "%PDF-1.4`n1 0 obj<</Type/Catalog/Pages 2 0 R>>`nendobj`n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>`nendobj`n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>`nendobj`n"
        & $write "4 0 obj<</Length 29>>stream`nq 595 0 0 842 0 0 cm /I Do Q  `nendstream`nendobj`n5 0 obj<</Type/XObject/Subtype/Image/Width 2480/Height 3509/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length $($jpeg.Length)>>stream`n"
        $stream.Write($jpeg, 0, $jpeg.Length)
        & $write "`nendstream`nendobj`ntrailer<</Root 1 0 R>>"
        [System.IO.File]::WriteAllBytes("$TestDrive/scanned.pdf", $stream.ToArray())
        $file = Get-Document (Invoke-PdfExtract scanned.pdf @bill -ImageDpi 300)
        $file.ReconciledTotal | Should -Be 29
        $file.Reconciled | Should -BeTrue
    }

    It 'overlaps as many calls as the throttle allows, 15 by default' {
        $slow = Start-Emulator chat --latency, 1500
        try {
            $call = $bill.Clone()
            $call.Endpoint = [uri]::new($slow.Address, 'v1')
            @(Invoke-PdfExtract many.pdf @call).Count | Should -Be 31
            (Get-EmulatorStats $slow.Address).peakConcurrent | Should -Be 15
        }
        finally { $slow.Stop() }
    }

    It 'keeps to the limit on calls that it is told' {
        # Twice what is stated, for calls that meet on their way; without the limit all thirty would come in one second.
        $limited = Start-Emulator chat --rpm, 1200, --quota-window, 1
        try {
            $call = $bill.Clone()
            $call.Endpoint = [uri]::new($limited.Address, 'v1')
            @(Invoke-PdfExtract many.pdf @call -RequestLimit '10/s').Count | Should -Be 31
            (Get-EmulatorStats $limited.Address).rejected429 | Should -Be 0
        }
        finally { $limited.Stop() }
    }

    It 'asks afresh when an answer is broken or cut off, and lets the rest stand when it stays so' {
        $bad = Start-Emulator chat --broken-rate, 0.5, --cut-rate, 0.2
        try {
            $call = $bill.Clone()
            $call.Endpoint = [uri]::new($bad.Address, 'v1')
            $all = @(Invoke-PdfExtract many.pdf @call -BreakAfter 1000 -ErrorVariable failed -ErrorAction SilentlyContinue)
            $file = Get-Document $all
            $pages = $all | Where-Object { $_.pstypenames -contains 'BatchOps.BillPage' -and $_ -ne $file }
            $failed.Count | Should -BeGreaterThan 0
            $file.PagesFailed.Count | Should -Be $failed.Count
            $file.Items.Count | Should -Be (30 - $failed.Count)
            $file.TokenUsage.Total | Should -BeGreaterThan ($pages.TokenUsage.Total | Measure-Object -Sum).Sum -Because 'failed attempts have cost tokens, too'
            (Get-EmulatorStats $bad.Address).requests | Should -BeLessOrEqual 90
        }
        finally { $bad.Stop() }
    }

    It 'goes on from a journal, without asking again, and comes to the same' {
        $first = Get-Document (Invoke-PdfExtract pages.pdf @bill -Journal bills.db -Name bills)
        $null = Get-EmulatorStats $service.Address -Reset
        $again = Get-Document (Invoke-PdfExtract pages.pdf @bill -Journal bills.db -Name bills -Resume)
        (Get-EmulatorStats $service.Address).requests | Should -Be 0
        $again.ReconciledTotal | Should -Be $first.ReconciledTotal
        $again.Reconciled | Should -BeTrue
        $again.TokenUsage.Total | Should -Be $first.TokenUsage.Total
        [System.Text.Encoding]::Latin1.GetString([System.IO.File]::ReadAllBytes("$TestDrive/bills.db")) | Should -Not -Match 'canary-key-secret'
    }

    It 'fails with <What>, says what to do, and no secret' -ForEach @(
        @{ What = 'a refused key'; With = @{ ApiKey = ConvertTo-SecureString canary-key-other -AsPlainText -Force }; Message = 'key' }
        @{ What = 'an unknown model'; With = @{ Model = 'nobody' }; Message = 'nobody' }
        @{ What = 'a service that is not there'; With = @{ Endpoint = 'http://127.0.0.1:9/v1'; RetryCount = 0 }; Message = '127\.0\.0\.1:9' }
    ) {
        $call = $bill.Clone()
        foreach ($name in $With.Keys) { $call[$name] = $With[$name] }
        $null = Invoke-PdfExtract good.pdf @call -ErrorVariable failed -ErrorAction SilentlyContinue
        "$failed" | Should -Match $Message
        ($failed | Format-List * -Force | Out-String) | Should -Not -Match 'canary-key'
    }

    It 'refuses <What> before anything starts' -ForEach @(
        @{ What = 'no model'; With = @{ As = 'Bill'; Endpoint = 'https://example.com/v1' }; Id = 'ModelRequired' }
        @{ What = 'no endpoint'; With = @{ As = 'Bill'; Model = 'x' }; Id = 'ModelRequired' }
        @{ What = 'no key for a service on the net'; With = @{ As = 'Bill'; Endpoint = 'https://example.com/v1'; Model = 'x' }; Id = 'ModelInvalid' }
        @{ What = 'a model without bills'; With = @{ Model = 'x' }; Id = 'BillRequired' }
    ) {
        { Invoke-PdfExtract good.pdf @With } | Should -Throw -ErrorId "$Id,*"
    }

    It 'asks -RetryWhen about a failed call' {
        $call = $bill.Clone()
        $call.Model = 'nobody'
        $word = 'Retry'
        $result = Invoke-PdfExtract good.pdf @call -RetryCount 1 -RetryWhen { $using:word } -AsResult
        $result.Attempts | Should -Be 2
    }
}
