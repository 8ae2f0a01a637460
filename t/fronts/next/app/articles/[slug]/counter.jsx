'use client';

import { useState } from 'react';

export function Counter() {
    const [n, count] = useState(0);

    return <button onClick={() => count(n + 1)}>clicked {n}</button>;
}
