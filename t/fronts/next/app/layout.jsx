import Link from 'next/link';

export const metadata = { title: 'Today' };

export default function Layout({ children }) {
    return (
        <html lang="en">
            <body>
                <header><Link href="/">Today</Link></header>
                {children}
            </body>
        </html>
    );
}
